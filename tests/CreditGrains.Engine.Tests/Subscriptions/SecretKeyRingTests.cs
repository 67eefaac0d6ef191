using System.Security.Cryptography;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>Secrets in the database are read with their key only, where they belong, and as they were written.</summary>
public sealed class SecretKeyRingTests
{
    private const string Secret = "c2VjcmV0LW9mLTMyLWJ5dGVzLWludmVudGVkLWhlcmU=";

    internal static SecretKeyRing Made() => SecretKeyRing.Parse(Line())!;

    [Fact]
    public void Secret_is_read_back_in_its_place_only()
    {
        var keys = Made();
        var stored = keys.Protect(Secret, "0000abc");
        Assert.True(SecretKeyRing.IsProtected(stored));
        Assert.DoesNotContain(Secret, stored, StringComparison.Ordinal);
        Assert.NotEqual(stored, keys.Protect(Secret, "0000abc"));
        Assert.Equal(Secret, keys.Unprotect(stored, "0000abc"));
        Assert.Throws<StoreException>(() => keys.Unprotect(stored, "0001abc"));
        Assert.Throws<StoreException>(() => keys.Unprotect(stored[..^4] + "AAAA", "0000abc"));
        Assert.Contains(SecretKeyRing.KeyIdOf(stored), Assert.Throws<StoreException>(() => Made().Unprotect(stored, "0000abc")).Message);
    }

    [Fact]
    public void First_key_of_a_file_encrypts_and_the_others_still_decrypt()
    {
        var (old, fresh) = (Line(), Line());
        var stored = SecretKeyRing.Parse(old)!.Protect(Secret, "p");
        var both = SecretKeyRing.Parse($"{fresh}\n{old}\n")!;
        Assert.Equal(Secret, both.Unprotect(stored, "p"));
        Assert.False(both.IsCurrent(stored));
        Assert.Equal(Secret, SecretKeyRing.Parse(fresh)!.Unprotect(both.Protect(Secret, "p"), "p"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Text_without_keys_is_none(string text) => Assert.Null(SecretKeyRing.Parse(text));

    [Fact]
    public void Key_file_is_made_once_for_its_owner_only()
    {
        var folder = Directory.CreateTempSubdirectory("credit-keys-").FullName;
        try
        {
            var path = Path.Combine(folder, "webhook.key");
            Assert.Null(SecretKeyRing.Open(path, mayMake: false));
            var stored = SecretKeyRing.Open(path, mayMake: true)!.Protect(Secret, "p");
            Assert.Equal(Secret, SecretKeyRing.Open(path, mayMake: true)!.Unprotect(stored, "p"));
            Assert.Null(PrivateFile.OpenToOthers(path));
            File.WriteAllText(path, "something else");
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => SecretKeyRing.Open(path, mayMake: true)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Line() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
