namespace CreditGrains.Portal.Forms;

/// <summary>
/// Metadata of a form's address that takes files beside its fields (<see cref="MultipartForm"/>): sent after the session ended, the fields
/// are given back, and the sender is told that files must be chosen again.
/// </summary>
internal sealed class AcceptsFiles
{
    public static readonly AcceptsFiles Instance = new();
}
