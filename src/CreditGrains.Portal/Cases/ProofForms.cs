using System.Buffers;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Proofs;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Cases;
using CreditGrains.Engine.Storage;
using CreditGrains.Portal.Forms;
using CreditGrains.Portal.Hosting;
using CreditGrains.Portal.Texts;
using Microsoft.AspNetCore.Mvc;

namespace CreditGrains.Portal.Cases;

/// <summary>
/// Files of proofs (证明材料) in forms of cases. Each is taken into the store while the form is read, one after the other, and stays in the
/// form as its digest; name and size are always the store's, of the person's own side and of this organisation, so that a digest put in by
/// hand shows and sends nothing (<c>ProofPageTests</c>).
/// </summary>
internal sealed class ProofForms(CreditEngine engine, CaseReading reading, SharedCapacities capacities)
{
    public const string FileField = "file", DigestsField = "proofs", AddField = "add", DropField = "drop";

    /// <summary>Bytes that are read past files too large before the upload is cut off, for the sake of those after them.</summary>
    private const int PassedBytesMax = CaseProof.OfStepMax * ProofFile.BytesMax;

    private const int NameCharsShown = 60;

    /// <summary>Lets an address take forms with files.</summary>
    public static void Accept(RouteHandlerBuilder page) =>
        page.WithMetadata(new DisableRequestSizeLimitAttribute(), AcceptsFiles.Instance);

    /// <summary>Reads a form, and takes its files into the store for the person's side.</summary>
    /// <param name="subject">The organisation of the case.</param>
    /// <param name="takesFiles">Whether files are taken; else they are passed over.</param>
    /// <param name="context">The request.</param>
    /// <exception cref="RequestRefusedException">The body is no form, or larger than forms may be.</exception>
    public async Task<ProofForm> ReadAsync(SubjectId subject, bool takesFiles, HttpContext context)
    {
        var files = new Taken();
        if (!MultipartForm.Is(context.Request))
            return files.With(await PortalForm.ReadAsync(context));
        ProofEndpoints.LimitRate(context);
        var form = await MultipartForm.ReadAsync(context, PortalForm.FieldsMax, PortalForm.BytesMax, async (fields, name, content) =>
        {
            files.Keep(fields);
            files.Came = true;
            return takesFiles && fields.IsFresh && await TakeAsync(files, subject, name, content, context);
        });
        await BodyDrain.ReadAsync(context);
        if (files.Came && takesFiles && !form.IsFresh)
            files.Errors.Add(new FieldError(FileField, ProofTexts.Again));
        return files.With(form);
    }

    /// <summary>Files that the person's side has uploaded for the organisation; the mistake where some are not there.</summary>
    public async Task<(ProofFieldModel Model, FieldError? Gone)> FindAsync(
        SubjectId subject, IReadOnlyList<string> digests, HttpContext context)
    {
        var found = digests.Count == 0 ? [] : await engine.Store.Proofs.FindAsync(
            ProofParty.Of(reading.FindActor(subject, context), subject), subject, digests, context.RequestAborted);
        var files = digests.Select(digest => found.FirstOrDefault(upload => upload.Digest == digest)).OfType<StoredProof>()
            .Select(upload => new ProofFileModel(upload.Digest, upload.Name, ProofTexts.Of(upload.Type, upload.Size))).ToList();
        return (
            new ProofFieldModel(files, engine.Proofs.KeptYears),
            files.Count == digests.Count ? null : new FieldError(FileField, ProofTexts.Gone));
    }

    /// <returns>Whether the parts after the file are read.</returns>
    private async Task<bool> TakeAsync(Taken files, SubjectId subject, string name, Stream content, HttpContext context)
    {
        if (files.Digests.Count >= CaseProof.OfStepMax)
        {
            files.Errors.Add(new FieldError(FileField, ProofTexts.TooMany));
            return false;
        }

        var (digest, fault) = await AddAsync(subject, name, content, context);
        if (digest is not null && !files.Digests.Contains(digest))
            files.Digests.Add(digest);
        if (fault is null)
            return true;
        files.Passed += await PassAsync(content, PassedBytesMax - files.Passed, context.RequestAborted);
        files.IsCutOff = files.Passed >= PassedBytesMax;
        var said = name.Length > NameCharsShown ? name[..NameCharsShown] + "…" : name;
        files.Errors.Add(new FieldError(
            FileField, ProofTexts.OfFile.With(said, files.IsCutOff ? Both(fault, ProofTexts.CutOff) : fault)));
        return !files.IsCutOff;
    }

    /// <summary>One file into the store, in memory for as long as that takes; its digest, or what is wrong with it.</summary>
    private async Task<(string? Digest, Text? Fault)> AddAsync(SubjectId subject, string name, Stream content, HttpContext context)
    {
        var caller = Caller.Of(context);
        IDisposable place;
        try
        {
            place = await capacities.Proofs.AcquireAsync(caller.Actor, context.RequestAborted);
        }
        catch (RequestRefusedException full)
        {
            // As a page of its own it would lose what was typed.
            return (null, WordsOf(full.Rejection));
        }

        using (place)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(ProofFile.BytesMax + 1);
            try
            {
                var read = await content.ReadAtLeastAsync(
                    buffer.AsMemory(0, ProofFile.BytesMax + 1), ProofFile.BytesMax + 1, throwOnEndOfStream: false, context.RequestAborted);
                if (read == 0)
                    return (null, ProofTexts.Empty);
                if (read > ProofFile.BytesMax)
                    return (null, WordsOf(new Rejection(ErrorCatalogue.ProofTooLarge, "", $"{ProofFile.BytesMax / 1024 / 1024} MB")));
                var result = await engine.Proofs.AddAsync(
                    subject, reading.FindActor(subject, context), name, buffer.AsMemory(0, read), caller.Actor, context.RequestAborted);
                return result.Upload is { } upload ? (upload.Digest, null) : (null, WordsOf(result.Rejection!));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Passes over the rest of a file; how many bytes that were.</summary>
    private static async Task<long> PassAsync(Stream content, long bytesMax, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            long passed = 0;
            int read;
            while (passed < bytesMax && (read = await content.ReadAsync(buffer, cancellation)) > 0)
                passed += read;
            return passed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Text WordsOf(Rejection rejection) =>
        Both(new Text(rejection.Detail("zh"), rejection.Detail("en")), Text.Of(rejection.Error.Advice));

    private static Text Both(Text one, Text other) =>
        new($"{one.Zh}{(one.Zh.EndsWith('。') ? "" : "。")}{other.Zh}", $"{one.En} {other.En}");

    /// <summary>Files of a form so far.</summary>
    private sealed class Taken
    {
        public List<string> Digests { get; } = [];

        public List<FieldError> Errors { get; } = [];

        /// <summary>A file was among the parts.</summary>
        public bool Came { get; set; }

        /// <summary>Bytes of files that were passed over.</summary>
        public long Passed { get; set; }

        public bool IsCutOff { get; set; }

        /// <summary>Takes over, once, what was uploaded before; the form carries it ahead of new files.</summary>
        public void Keep(PortalForm fields)
        {
            if (!Came)
                Digests.AddRange(fields.Values(DigestsField).Where(ProofFile.IsDigest).Distinct().Take(CaseProof.OfStepMax));
        }

        public ProofForm With(PortalForm form)
        {
            Keep(form);
            Digests.Remove(form[DropField]);
            if (form[AddField].Length > 0 && !Came)
                Errors.Add(new FieldError(FileField, ProofTexts.Missing));
            return new ProofForm(
                form, Digests, Errors, IsCutOff ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status422UnprocessableEntity);
        }
    }
}
