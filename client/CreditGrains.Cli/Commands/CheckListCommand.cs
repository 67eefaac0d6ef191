using System.Globalization;
using System.Security.Cryptography;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Cli.Commands;

/// <summary>
/// <c>credit check --list</c>: a file of up to a million codes becomes one signed file. A list that was begun is gone on with by its
/// number.
/// </summary>
internal sealed class CheckListCommand(CreditClient client, Surroundings surroundings, bool asJson)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Asks, waits, and fetches the file and its signature.</summary>
    /// <param name="source">A file of codes, one a line, or the number of a list that was begun before.</param>
    /// <param name="question">Matter and purpose of all of them.</param>
    /// <param name="output">Where the file goes; its signature goes beside it.</param>
    /// <param name="cancellation">Ends the wait; the list goes on.</param>
    public async Task<int> RunAsync(string source, CheckListQuestion question, string output, CancellationToken cancellation)
    {
        var list = source.StartsWith("CL-", StringComparison.Ordinal) && !File.Exists(surroundings.PathOf(source))
            ? await client.CheckListAsync(source, cancellation)
            : await client.BeginCheckListAsync(
                await File.ReadAllBytesAsync(surroundings.PathOf(source), cancellation), question, cancellation);
        await surroundings.Talk.WriteLineAsync($"List {list.List}: {list.Total} lines. To go on later: credit check --list {list.List}");
        list = await ProgressLine.RunAsync(
            surroundings, list.List, list.Total, done => WaitAsync(list, done, cancellation));
        if (list.File is not { } file)
        {
            throw new CliException(
                ExitCode.Failed, $"List {list.List} is {list.State}{(list.Error is null ? "." : $": {list.Error}")}",
                "Ask again with the same file.");
        }

        var path = surroundings.PathOf(output);
        await FetchAsync(list, file, path, cancellation);
        if (file.KeyId is not null)
            await File.WriteAllBytesAsync(path + ".sig", await client.CheckListSignatureAsync(list.List, cancellation), cancellation);
        await TellAsync(list, output, file);
        return ExitCode.Done;
    }

    private async Task<CheckList> WaitAsync(CheckList list, Action<double> done, CancellationToken cancellation)
    {
        while (list.IsOpen)
        {
            await Task.Delay(LookEvery, surroundings.Time, cancellation);
            list = await client.CheckListAsync(list.List, cancellation);
            done(list.Done);
        }

        return list;
    }

    /// <summary>Into a part file, so that one that broke off is gone on with, and one that is there is whole.</summary>
    private async Task FetchAsync(CheckList list, CheckListFile file, string path, CancellationToken cancellation)
    {
        var part = $"{path}.{list.List}.part";
        await using (var written = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite))
        {
            await client.DownloadCheckListAsync(list, written, cancellation);
            written.Seek(0, SeekOrigin.Begin);
            var digest = $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(written, cancellation))}";
            if (digest != file.Digest)
            {
                throw new CliException(
                    ExitCode.Failed, $"{part} has digest {digest} instead of {file.Digest}.", "Remove it, and ask again.");
            }
        }

        File.Move(part, path, overwrite: true);
    }

    private async Task TellAsync(CheckList list, string output, CheckListFile file)
    {
        if (asJson)
        {
            JsonOut.Write(surroundings.Out, list);
            return;
        }

        var counts = list.Counts;
        await surroundings.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{list.List}  审查数量 {counts.Checked} checked, 失信数量 {counts.Adverse} with adverse records, "
            + $"严重失信数量 {counts.Serious} of them serious; {counts.Failed} lines not answered"));
        await surroundings.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"  proceed {counts.Outcomes.Proceed}, fast-track {counts.Outcomes.FastTrack}, review {counts.Outcomes.Review}, "
            + $"stop {counts.Outcomes.Stop}"));
        await surroundings.Out.WriteLineAsync($"  {output}  {file.Bytes} bytes, {file.Digest}");
        if (file.KeyId is not null)
        {
            var isSm2 = ReportSignature.AlgorithmOf(file.KeyId) == ReportSignature.Sm2;
            await surroundings.Talk.WriteLineAsync(
                $"Next: openssl dgst {(isSm2 ? "-sm3 -sigopt distid:1234567812345678" : "-sha256")} -verify key.pem "
                + $"-signature {output}.sig {output}   (key.pem: /.well-known/credit-report.pem)");
        }
    }
}
