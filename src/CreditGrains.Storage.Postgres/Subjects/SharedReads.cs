using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres.Subjects;

/// <summary>
/// Puts the questions that come while one is being answered into one statement: every shard asks for its own subjects when a batch of
/// events arrives, and sixty-four questions cost the server several times what one costs. Nobody waits for others to come.
/// </summary>
/// <param name="read">Reads the rows of those of some different subjects that are stored.</param>
internal sealed class SharedReads(Func<List<SubjectId>, Task<List<StoredSubject>>> read)
{
    private const int SubjectsMax = 4_000;

    private readonly Lock _readsLock = new();
    private readonly Queue<Question> _waiting = new();
    private bool _answering;

    /// <summary>The rows of those of the subjects that are stored, as they are after the call has begun.</summary>
    public Task<IReadOnlyList<StoredSubject>> FindAsync(IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation)
    {
        var question = new Question(subjects);
        lock (_readsLock)
        {
            _waiting.Enqueue(question);
            if (_answering)
                return question.Answer.Task.WaitAsync(cancellation);
            _answering = true;
        }

        _ = AnswerAsync();
        return question.Answer.Task.WaitAsync(cancellation);
    }

    private async Task AnswerAsync()
    {
        while (Next() is { } questions)
        {
            try
            {
                var rows = await read([.. questions.SelectMany(question => question.Subjects).Distinct()]).ConfigureAwait(false);
                var bySubject = rows.ToDictionary(row => row.Subject);
                foreach (var question in questions)
                {
                    question.Answer.TrySetResult(
                        [.. question.Subjects.Distinct().Where(bySubject.ContainsKey).Select(subject => bySubject[subject])]);
                }
            }
#pragma warning disable CA1031 // any exception belongs to the callers of the read
            catch (Exception fault)
#pragma warning restore CA1031
            {
                foreach (var question in questions)
                    question.Answer.TrySetException(fault);
            }
        }
    }

    private List<Question>? Next()
    {
        lock (_readsLock)
        {
            if (_waiting.Count == 0)
            {
                _answering = false;
                return null;
            }

            var questions = new List<Question>();
            var subjects = 0;
            while (_waiting.TryPeek(out var next) && (questions.Count == 0 || subjects + next.Subjects.Count <= SubjectsMax))
            {
                questions.Add(_waiting.Dequeue());
                subjects += next.Subjects.Count;
            }

            return questions;
        }
    }

    private sealed record Question(IReadOnlyCollection<SubjectId> Subjects)
    {
        public TaskCompletionSource<IReadOnlyList<StoredSubject>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
