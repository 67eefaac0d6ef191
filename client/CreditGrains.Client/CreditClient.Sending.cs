using System.Net.Http.Headers;

namespace CreditGrains.Client;

// Sending: to which node, and what is tried again.
public sealed partial class CreditClient
{
    /// <summary>Sends a request until it is answered, within the bounds.</summary>
    /// <param name="make">Makes it anew for each try; its address is relative.</param>
    /// <param name="safe">Whether it may be sent again when its outcome is not known.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <param name="subject">The organisation that it is about; null for anything else, which any node is asked.</param>
    private async Task<byte[]> SendBytesAsync(
        Func<HttpRequestMessage> make, bool safe, CancellationToken cancellation, string? subject = null)
    {
        var began = _time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            if (_owners is not null && subject is not null)
                await _owners.LearnAsync(AskAsync, cancellation).ConfigureAwait(false);
            var node = _owners?.NodeFor(subject) ?? _options.Address;
            using var patience = PatienceWith(node, safe, subject, cancellation);
            var ends = patience?.Token ?? cancellation;
            HttpResponseMessage? response = null;
            TimeSpan pause;
            string reason;
            try
            {
                using var request = make();
                request.RequestUri = At(node, request);
                if (_owners?.Version is { } version)
                    request.Headers.Add(OwnerRouting.VersionHeader, version);
                await AuthoriseAsync(request, ends).ConfigureAwait(false);
                response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ends).ConfigureAwait(false);
                _owners?.Heard(response);
                if (response.IsSuccessStatusCode)
                    return await response.Content.ReadAsByteArrayAsync(ends).ConfigureAwait(false);
                pause = RetryPause.Of(attempt, response, _options, _time, Random.Shared.NextDouble());
                var problem = await ProblemAsync(response, ends).ConfigureAwait(false);
                if (!safe || !RetryPause.IsTransient(response.StatusCode) || _time.GetElapsedTime(began) + pause > _options.RetryMax)
                    throw problem;
                _owners?.Doubt();
                reason = ReasonOf(problem);
            }
            catch (HttpRequestException broken)
            {
                pause = PauseAfter(node, subject, attempt);
                if (!(safe || (pause == TimeSpan.Zero && IsUnsent(broken))) || _time.GetElapsedTime(began) + pause > _options.RetryMax)
                    throw;
                reason = broken.Message;
            }
            catch (IOException broken) when (safe && response is not null && _time.GetElapsedTime(began) < _options.RetryMax)
            {
                // The connection broke inside the answer.
                pause = PauseAfter(node, subject, attempt);
                reason = broken.Message;
            }
            catch (OperationCanceledException) when (patience is not null && !cancellation.IsCancellationRequested)
            {
                pause = PauseAfter(node, subject, attempt);
                if (_time.GetElapsedTime(began) + pause > _options.RetryMax)
                    throw new HttpRequestException($"{node} has not answered within {_options.OwnerWaitMax.TotalSeconds} s.");
                reason = $"{node} does not answer";
            }
            finally
            {
                response?.Dispose();
            }

            _options.Retrying?.Invoke(pause, reason);
            await Task.Delay(pause, _time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Words of the server for what is tried again, with its code; a proxy has neither.</summary>
    private static string ReasonOf(CreditProblemException problem) => problem.Code.StartsWith("http-", StringComparison.Ordinal)
        ? $"the server is busy ({(int)problem.Status})"
        : $"{problem.Message.TrimEnd('.', '。')} ({problem.Code}, {(int)problem.Status})";

    /// <summary>No pause where another node can be asked instead of one that has failed.</summary>
    private TimeSpan PauseAfter(Uri node, string? subject, int attempt)
    {
        _owners?.Failed(node);
        return _owners is not null && _owners.NodeFor(subject) != node
            ? TimeSpan.Zero
            : RetryPause.Of(attempt, null, _options, _time, Random.Shared.NextDouble());
    }

    /// <summary>How long a node may take that was chosen for the question; null for as long as it does.</summary>
    private CancellationTokenSource? PatienceWith(Uri node, bool safe, string? subject, CancellationToken cancellation)
    {
        if (!safe || subject is null || node == _options.Address)
            return null;
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_options.OwnerWaitMax);
        return patience;
    }

    private static bool IsUnsent(HttpRequestException broken) => broken.HttpRequestError
        is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

    private async Task AuthoriseAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (_options.Token is not null && await _options.Token(cancellation).ConfigureAwait(false) is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private async Task<HttpResponseMessage> AskAsync(Uri node, string path, bool withToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(node, path));
        if (withToken)
            await AuthoriseAsync(request, cancellation).ConfigureAwait(false);
        return await _http.SendAsync(request, cancellation).ConfigureAwait(false);
    }
}
