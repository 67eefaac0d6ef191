using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Placement;

namespace CreditGrains.Cluster.Grains;

/// <inheritdoc cref="IEchoGrain"/>
[GrainType("credit.echo"), SubjectPlacement]
internal sealed class EchoGrain : Grain, IEchoGrain
{
    private const int BytesMax = 64 * 1024;
    private AnswerReply _reply = new();

    public ValueTask<AnswerReply> EchoAsync(AnswerRequest request, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)BytesMax, nameof(bytes));
        if (_reply.Json.Length != bytes)
            _reply = new AnswerReply { Json = new byte[bytes] };
        return ValueTask.FromResult(_reply);
    }
}
