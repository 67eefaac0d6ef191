using System.ComponentModel;
using System.Diagnostics;

namespace CreditGrains.Api.Tests;

/// <summary>OpenSSL as an independent reader of signatures; without it the test is skipped and says so.</summary>
internal static class OpenSsl
{
    /// <summary>Asserts that a detached ECDSA signature over SHA-256, in DER, is of these bytes by the first key.</summary>
    public static async Task AssertVerifiesAsync(byte[] pem, byte[] signed, byte[] signature)
    {
        var folder = Directory.CreateTempSubdirectory("credit-openssl-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "key.pem"), pem, CreditFixture.Stop);
            await File.WriteAllBytesAsync(Path.Combine(folder, "content"), signed, CreditFixture.Stop);
            await File.WriteAllBytesAsync(Path.Combine(folder, "signature"), signature, CreditFixture.Stop);
            Process openssl;
            try
            {
                openssl = Process.Start(new ProcessStartInfo(
                    "openssl", ["dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "content"])
                { WorkingDirectory = folder, RedirectStandardOutput = true })!;
            }
            catch (Win32Exception)
            {
                Assert.Skip("openssl is not installed");
                return;
            }

            using (openssl)
            {
                var said = await openssl.StandardOutput.ReadToEndAsync(CreditFixture.Stop);
                await openssl.WaitForExitAsync(CreditFixture.Stop);
                Assert.Equal(("Verified OK", 0), (said.Trim(), openssl.ExitCode));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
