namespace CreditGrains.Api.Cases;

/// <summary>An uploaded file.</summary>
/// <param name="Digest">Names it in a step: <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Name">As it was given.</param>
/// <param name="Type"><c>application/pdf</c>, <c>image/png</c> or <c>image/jpeg</c>, by its content.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Until">Instant after which the file is deleted unless a step has named it.</param>
public sealed record ProofResponse(string Digest, string Name, string Type, int Size, DateTimeOffset Until);
