using System.IO.Compression;
using System.Text;

namespace CreditGrains.Client.Tests.Feeding;

/// <summary>Writes a small XLSX part by part (ECMA-376), with inline strings, numbers and dates.</summary>
internal static class Workbook
{
    private const string Ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// <summary>A cell by its own XML: attributes, then what stands in it.</summary>
    public sealed record Raw(string Attributes, string Content);

    public static byte[] Of(params (string Name, object?[][] Rows)[] sheets) => Of("", "", sheets);

    /// <summary>With number formats of its own (as <c>numFmt</c> elements) and styles (as <c>xf</c> elements, from index 2).</summary>
    public static byte[] Of(string formats, string styles, params (string Name, object?[][] Rows)[] sheets)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" "
                + "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
                + Part("/xl/styles.xml", "styles")
                + string.Concat(sheets.Select((_, i) => Part($"/xl/worksheets/sheet{i + 1}.xml", "worksheet")))
                + "</Types>");
            Add(zip, "_rels/.rels", Relations(("rId1", "officeDocument", "xl/workbook.xml")));
            Add(zip, "xl/workbook.xml",
                $"<workbook xmlns=\"{Ns}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>"
                + string.Concat(sheets.Select((sheet, i) => $"<sheet name=\"{sheet.Name}\" sheetId=\"{i + 1}\" r:id=\"rId{i + 1}\"/>"))
                + "</sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels", Relations(
                [.. sheets.Select((_, i) => ($"rId{i + 1}", "worksheet", $"worksheets/sheet{i + 1}.xml")), ("rId99", "styles",
                    "styles.xml")]));
            Add(zip, "xl/styles.xml",
                $"<styleSheet xmlns=\"{Ns}\">{(formats.Length > 0 ? $"<numFmts>{formats}</numFmts>" : "")}<cellXfs>"
                + $"<xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/>{styles}</cellXfs></styleSheet>");
            for (var i = 0; i < sheets.Length; i++)
                Add(zip, $"xl/worksheets/sheet{i + 1}.xml", Sheet(sheets[i].Rows));
        }

        return stream.ToArray();
    }

    private static string Part(string name, string type) =>
        $"<Override PartName=\"{name}\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.{type}+xml\"/>";

    private static string Sheet(object?[][] rows)
    {
        var xml = new StringBuilder($"<worksheet xmlns=\"{Ns}\"><sheetData>");
        for (var r = 0; r < rows.Length; r++)
        {
            xml.Append($"<row r=\"{r + 1}\">");
            for (var c = 0; c < rows[r].Length; c++)
            {
                var at = $"{(char)('A' + c)}{r + 1}";
                xml.Append(rows[r][c] switch
                {
                    null => "",
                    Raw raw => $"<c r=\"{at}\" {raw.Attributes}>{raw.Content}</c>",
                    string text => $"<c r=\"{at}\" t=\"inlineStr\"><is><t>{System.Security.SecurityElement.Escape(text)}</t></is></c>",
                    DateOnly date => $"<c r=\"{at}\" s=\"1\"><v>{date.DayNumber - new DateOnly(1899, 12, 30).DayNumber}</v></c>",
                    IFormattable number =>
                        $"<c r=\"{at}\"><v>{number.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}</v></c>",
                    var other => throw new ArgumentException($"{other}"),
                });
            }

            xml.Append("</row>");
        }

        return xml.Append("</sheetData></worksheet>").ToString();
    }

    private static string Relations(params (string Id, string Type, string Target)[] relations) =>
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        + string.Concat(relations.Select(relation =>
            $"<Relationship Id=\"{relation.Id}\" "
            + $"Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{relation.Type}\" "
                + $"Target=\"{relation.Target}\"/>"))
        + "</Relationships>";

    private static void Add(ZipArchive zip, string name, string xml)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(false));
        writer.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml);
    }
}
