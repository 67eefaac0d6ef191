namespace CreditGrains.Domain.Errors;

/// <summary>Codes of keys that an operator changes and revokes.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription UnknownKey = Define("unknown-key", 404,
        "There is no such key.", "没有该密钥。",
        "The list of keys names those that there are (GET /v1/keys).", "请查看密钥列表（GET /v1/keys）。");

    public static readonly ErrorDescription KeySigns = Define("key-signs", 409,
        "The key signs now.", "该密钥正在用于签名。",
        "Rotate the key first, or name another file (Engine:Reports:KeyFile) and restart every node; then revoke this one.",
        "请先轮换密钥，或指定另一密钥文件（Engine:Reports:KeyFile）并重启各节点，再吊销该密钥。");

    public static readonly ErrorDescription KeyOfFile = Define("key-of-file", 409,
        "The key stands in a file and is changed there.", "该密钥存于文件中，须在文件中更换。",
        "Name a file with another key on every node (Engine:Reports:KeyFile) and restart them.",
        "请在每个节点上指定含另一密钥的文件（Engine:Reports:KeyFile）并重启。");

    public static readonly ErrorDescription KeyRevoked = Define("key-revoked", 409,
        "The key is revoked already.", "该密钥已被吊销。",
        "A revocation is final; nothing is to be done.", "吊销不可撤回，无需再次操作。");

    public static readonly ErrorDescription SigningKeyRevoked = Define("signing-key-revoked", 503,
        "The key of this node was revoked: nothing is signed with it.", "本节点的密钥已被吊销，不再用于签名。",
        "The operator names the file with the new key on this node too (Engine:Reports:KeyFile) and restarts it.",
        "请运营方在本节点上也指定新的密钥文件（Engine:Reports:KeyFile）并重启。");
}
