using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>
/// Turns one YAML text into nodes, without recursion in the parser's hands: depth, size and number of nodes are bounded, and aliases
/// are refused, so that no file can grow in memory.
/// </summary>
internal static class YamlLoader
{
    internal const int TextCharsMax = 1024 * 1024;
    internal const int NodesMax = 100_000;
    internal const int DepthMax = 24;

    /// <summary>The document, or null when the file is empty or cannot be read; then <paramref name="readable"/> tells which.</summary>
    public static YamlNode? Load(string file, string text, MistakeList mistakes, out bool readable)
    {
        readable = false;
        if (text.Length > TextCharsMax)
        {
            mistakes.Add(
                file, 0, "too-large", $"The file has more than {TextCharsMax} characters.", "Split it or remove what is not needed.");
            return null;
        }

        var line = 0;
        try
        {
            var root = LoadDocument(file, text.TrimStart('\uFEFF'), mistakes, ref line);
            readable = true;
            return root;
        }
        catch (RefusedException refused)
        {
            mistakes.Add(file, refused.Line, refused.Code, refused.Message, refused.Advice);
        }
        catch (YamlException fault)
        {
            mistakes.Add(
                file, (int)fault.Start.Line, "yaml-syntax", $"This is not YAML: {YamlNode.Shorten(fault.Message)}.",
                "Check indentation, brackets and quotes at this line and the one before.");
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or FormatException or OverflowException)
        {
            // The scanner reports some malformed texts by framework exceptions without a place: the last value seen is near.
            mistakes.Add(file, line, "yaml-syntax", "This is not YAML here or just below.",
                "Check brackets, quotes and escapes; what stands in brackets is indented deeper than its key.");
        }

        return null;
    }

    private static YamlNode? LoadDocument(string file, string text, MistakeList mistakes, ref int line)
    {
        var parser = new Parser(new StringReader(text));
        var open = new Stack<OpenNode>();
        YamlNode? root = null;
        var documents = 0;
        var nodes = 0;
        while (parser.MoveNext())
        {
            var at = parser.Current!;
            line = (int)at.Start.Line;
            if (at is NodeEvent && ++nodes > NodesMax)
                throw new RefusedException(
                    line, "too-large", $"The file has more than {NodesMax} values.", "Split it or remove what is not needed.");
            switch (at)
            {
                case DocumentStart when ++documents > 1:
                    throw new RefusedException(
                        line, "several-documents", "The file holds more than one document.", "Remove the line '---'.");
                case AnchorAlias alias:
                    throw new RefusedException(
                        line, "alias", $"The alias '*{YamlNode.Shorten(alias.Value.Value)}' is not allowed.", "Write the value out.");
                case Scalar scalar:
                    Put(new YamlNode(line) { Text = scalar.Value, Plain = scalar.Style == ScalarStyle.Plain });
                    break;
                case SequenceStart:
                    Open(new YamlNode(line) { Items = [] });
                    break;
                case MappingStart:
                    Open(new YamlNode(line) { Entries = [] });
                    break;
                case SequenceEnd or MappingEnd:
                    var closed = open.Pop();
                    if (open.Count == 0)
                        root = closed.Node;
                    break;
                default:
                    break;
            }
        }

        return root is { IsEmpty: true } ? null : root;

        void Open(YamlNode node)
        {
            if (open.Count >= DepthMax)
                throw new RefusedException(
                    node.Line, "too-deep", $"Values are nested deeper than {DepthMax}.", "No file of a rulebook needs that.");
            Put(node);
            open.Push(new OpenNode(node));
        }

        void Put(YamlNode node)
        {
            if (!open.TryPeek(out var parent))
            {
                root = node;
                return;
            }

            if (parent.Node.Items is { } items)
            {
                items.Add(node);
                return;
            }

            if (parent.KeyNode is not { } key)
            {
                parent.KeyNode = node;
                return;
            }

            parent.KeyNode = null;
            if (key.Text is null)
                mistakes.Add(file, key.Line, "wrong-type", "A key is a list or a mapping.", "Write a plain word as the key.");
            else if (!parent.Names.Add(key.Text))
                mistakes.Add(file, key.Line, "duplicate-key", $"The key {key.Form} is given twice.", "Keep one of the two.");
            else
                parent.Node.Entries!.Add(new YamlEntry(key.Text, key.Line, node));
            if (node.Text is null)
                node.Line = key.Line;
        }
    }

    /// <summary>A list or mapping whose end has not been seen.</summary>
    private sealed class OpenNode(YamlNode node)
    {
        public YamlNode Node { get; } = node;

        public HashSet<string> Names { get; } = [];

        /// <summary>Mapping: the key whose value comes next.</summary>
        public YamlNode? KeyNode { get; set; }
    }

    /// <summary>Ends the reading of a file whose very form is refused.</summary>
    private sealed class RefusedException(int line, string code, string message, string advice) : Exception(message)
    {
        public int Line { get; } = line;

        public string Code { get; } = code;

        public string Advice { get; } = advice;
    }
}
