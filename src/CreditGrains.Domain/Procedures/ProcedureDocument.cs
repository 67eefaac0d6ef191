using System.Text;

namespace CreditGrains.Domain.Procedures;

/// <summary>Makes <c>docs/procedures.md</c> of the tables.</summary>
public static class ProcedureDocument
{
    private const string Begin = """
        # Cases

        Generated from the tables of `src/CreditGrains.Domain/Procedures`; a test holds that it is up to date.

        A case (办件) is a record of source `platform` whose revisions are its steps. A step is judged by a pure function of the case, the
        records as they stand, the rulebook and the day, and appended with all its effects in one transaction, one position after the other:
        first the effects (marks on records, the platform's revision of a record), then the step itself. Nothing of it is appended when
        any part is refused. Steps on one organisation are taken one after the other, wherever they come from.

        - A mark is a record of its own, `CASE-M1` and so on, of kind `objection` (disputed; with `suspendedOn` suspended), `repair` or
          `publicity-end`. It has a first day and, where it ends, the first day after it: every past day stays what it was.
        - A correction is the platform's next revision of the source's record. The case tells the old and new value of each field, and
          `nextRevision`: the least revision that the source's own next report must carry.
        - Deadlines are working days of `clocks.yaml` and the calendar, by the rules of the day on which they begin. `due` is the last day
          on which one is met, `warnFrom` the working day before; one that is extended keeps the reason. A case whose deadlines would leave
          the calendar is not opened (`calendar-year-missing`, naming the year).
        - `GET /v1/cases` is what is due: open cases of all kinds as one queue, the oldest deadline first, by `owner` (`platform`, or a
          source); each case's `due` says whether its owner is warned and whether it is overdue. The department that acts in a case has the
          organisation's deadlines in its queue too: on their day a commitment or contract is for it to assess.
        - `outcome`, `reason` and `decidedOn` are those of the last decision, on several records `partly-granted` where they differ; what
          was decided before stays with its step. `GET /v1/cases?show=in-force` lists what is in force though nobody has to act on it:
          entries of lists, verified declarations, commitments, contracts and granted repairs, those that end first before the others.
        - `answer-awaited`: a referred objection is decided without an answer only after the day on which it was due.
        - A repair has no effect before the shortest publicity period of its record is over: it is refused before (`repair-too-early`).
        - Who takes a step: *subject* is the organisation itself, *source* the source of a record of the case, *platform* an operator or
          reviewer. Review and withdrawal are for the one who filed the case; the department that decides on a list, accepts a commitment,
          verifies a declaration or reports a contract is the source of its case.
        - `procedures.yaml` of the rulebook says which lists, grounds, commitments and declarations there are; nothing else is opened. The
          record that such a case makes (`made`) is the department's own, with the case's number as its id: what evaluates, publishes and
          repairs records knows it as any other. Its source may revise it; the case then goes on from that revision. A later step writes the
          fields that it determines and no other, so that what an objection has corrected stays corrected.
        - `expired`: what was listed or verified until a day has expired from that day on. No step and no timer makes it so.
          A declaration that expires before it was verified stays in the due list until its department closes it, and `state=expired` finds
          it there; a page asked by state may be shorter than its limit and not be the last.
        - A contract is one case in the first party's file and a record in each party's. The other party's is written by a command of its
          own (`mirror`), tried again until it is there; the case stays in the due list (`contract-mirror`) as long as it is not. One that
          was deleted stays so. The number is the first party's: the other's file may have several contracts of one number.
        - Proofs (证明材料) are files, PDF, PNG or JPEG, that a party uploads for an organisation (`POST /v1/subjects/{id}/proofs`) and
          that a step of the same party then names by digest (`proofs`), within a day: at most {STEP} a step, {CASE} and {MIB} MiB a case.
          Steps that take them: {STEPS}. The case keeps digest, name, type and size; the content is for the parties only, and is
          destroyed with the records of the case ([ADR 12](adr/0012-proofs.md)). In the portal a filing asks for them on a page of its own,
          the form of a step below its fields; one that is not sent within a day is to be uploaded again.


        """;

    public static string Render()
    {
        var text = new StringBuilder(Begin.ReplaceLineEndings("\n"))
            .Replace("{STEP}", $"{CaseProof.OfStepMax}").Replace("{CASE}", $"{CaseProof.OfCaseMax}")
            .Replace("{MIB}", $"{CaseProof.BytesOfCaseMax / (1024 * 1024)}")
            .Replace("{STEPS}", string.Join(
                ", ", Enum.GetValues<CaseStep>().Where(CaseProof.MayComeWith).Select(step => $"`{CaseNames.Of(step)}`")));
        foreach (var definition in CaseDefinitions.All)
        {
            text.Append("## ").Append(definition.Title).Append(", `").Append(definition.Letters).Append("`\n\n")
                .Append("| In state | Step | By | Then | Meets | Starts | Effect |\n|---|---|---|---|---|---|---|\n");
            foreach (var line in definition.Table)
            {
                Cell(line.From.Count == 0 ? "-" : string.Join(", ", line.From.Select(CaseNames.Of)));
                Cell("`" + CaseNames.Of(line.Step) + "`"
                    + (line.Outcomes is { } outcomes ? " " + string.Join(", ", outcomes.Select(CaseNames.Of)) : ""));
                Cell(string.Join(", ", new[] { CaseRoles.Subject, CaseRoles.Source, CaseRoles.Platform }
                    .Where(role => line.By.HasFlag(role)).Select(CaseNames.Of)));
                Cell(line.To is { } to ? CaseNames.Of(to) + (line.Else is { } other ? $", {CaseNames.Of(other)}" : "") : "the same");
                Cell(string.Join(", ", line.Ends));
                Cell(string.Join(", ", line.Starts));
                Cell(line.Effect);
                text.Append("|\n");
            }

            text.Append('\n');
        }

        text.Length--;
        return text.ToString();

        void Cell(string content) => text.Append("| ").Append(content).Append(content.Length == 0 ? "" : " ");
    }
}
