namespace CreditGrains.Client;

/// <summary>An uploaded file that a step of a case may name.</summary>
/// <param name="Digest">Names it in a step: <c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Name">As it was given.</param>
/// <param name="Type"><c>application/pdf</c>, <c>image/png</c> or <c>image/jpeg</c>, by its content.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Until">Instant after which it is deleted unless a step has named it.</param>
public sealed record CreditProof(string Digest, string Name, string Type, int Size, DateTimeOffset Until);

/// <summary>A file of a case.</summary>
/// <param name="Digest">Its name for <see cref="CreditClient.ProofAsync"/>.</param>
/// <param name="Name">As it was given; of those who may not open the file, such as auditors, its number in the case.</param>
/// <param name="Type"><c>application/pdf</c>, <c>image/png</c> or <c>image/jpeg</c>, by its content.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Step">The step that brought it.</param>
/// <param name="On">Legal date of that step.</param>
/// <param name="Role"><c>subject</c>, <c>source</c> or <c>platform</c>.</param>
public sealed record CreditCaseProof(string Digest, string Name, string Type, int Size, string Step, DateOnly On, string Role);
