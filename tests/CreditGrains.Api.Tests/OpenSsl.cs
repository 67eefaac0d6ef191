using System.ComponentModel;
using System.Diagnostics;

namespace CreditGrains.Api.Tests;

/// <summary>OpenSSL as an independent reader of signatures; without it the test is skipped and says so.</summary>
internal static class OpenSsl
{
    /// <summary>Asserts that a detached signature in DER, of ECDSA over SHA-256, is of these bytes by the first key.</summary>
    public static Task AssertVerifiesAsync(byte[] pem, byte[] signed, byte[] signature) =>
        AssertVerifiesAsync(pem, signed, signature, "-sha256");

    /// <summary>The same of SM2 over SM3, with the identifier that GB/T 35276-2017 names for signers without one.</summary>
    public static Task AssertVerifiesSm2Async(byte[] pem, byte[] signed, byte[] signature) =>
        AssertVerifiesAsync(pem, signed, signature, "-sm3", "-sigopt", "distid:1234567812345678");

    private static async Task AssertVerifiesAsync(byte[] pem, byte[] signed, byte[] signature, params string[] how)
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
                    "openssl", ["dgst", .. how, "-verify", "key.pem", "-signature", "signature", "content"])
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
