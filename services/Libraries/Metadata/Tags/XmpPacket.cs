using System.Buffers;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Panoramax.Metadata.Tags;

/// <summary>
/// An XMP packet as a tree. Read without DTD and without resolving anything, so that a hostile packet can neither grow nor
/// call home; a packet that is no XML counts as absent, as in exiv2.
/// </summary>
internal sealed partial class XmpPacket
{
    private const int MaxDepth = 64;
    private const int MaxNodes = 20_000;

    /// <summary>Longer values are embedded pictures, not tags.</summary>
    private const int MaxValueLength = 20_000;

    private static readonly XNamespace Rdf = XmpNamespaces.Rdf;

    private static readonly SearchValues<char> NotInXml = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(code => (char)code).Where(code => code is not ('\t' or '\n' or '\r')), '\uFFFE', '\uFFFF']);

    private readonly XElement _rdf;

    private XmpPacket(XDocument document, XElement rdf)
    {
        Document = document;
        _rdf = rdf;
    }

    private XDocument Document { get; }

    /// <summary>The <c>rdf:Description</c> elements that hold the properties.</summary>
    private IEnumerable<XElement> Descriptions => _rdf.Elements(Rdf + "Description");

    /// <summary>Null when the bytes are no XMP.</summary>
    public static XmpPacket? Read(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.LastIndexOf((byte)'>') + 1;
        var start = bytes.Span.IndexOf((byte)'<');
        if (start < 0 || end <= start) return null;
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreWhitespace = true,
        };

        try
        {
            var text = WithoutControls(Encoding.UTF8.GetString(bytes.Span[start..end]));
            if (!IsBounded(text, settings)) return null;
            using var reader = XmlReader.Create(new StringReader(text), settings);
            var document = XDocument.Load(reader);
            var rdf = document.Descendants(Rdf + "RDF").FirstOrDefault();
            return rdf is null ? null : new XmpPacket(document, rdf);
        }
        catch (Exception error) when (error is XmlException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Adds all properties under exiv2's names: <c>Xmp.&lt;prefix&gt;.&lt;Name&gt;</c>; a key already there is kept.</summary>
    public void AddTo(Dictionary<string, string> tags)
    {
        // Looked up once: asking the tree for each property takes seconds where a hostile packet declares thousands of namespaces.
        var prefixes = new Dictionary<string, string>();
        foreach (var declaration in Document.Descendants().Attributes().Where(attribute => attribute.IsNamespaceDeclaration))
        {
            // A well-known prefix on a foreign namespace is told apart as Adobe's toolkit does.
            var prefix = declaration.Name.LocalName;
            prefixes.TryAdd(declaration.Value, XmpNamespaces.UriOf(prefix) is null ? prefix : $"{prefix}_1_");
        }

        var walk = new Walk(tags, prefixes);
        foreach (var description in Descriptions) walk.AddProperties(description, "", 0);
    }

    /// <summary>Tools leave characters in values that XML does not allow; the rest of the packet is worth reading.</summary>
    private static string WithoutControls(string text) => text.AsSpan().IndexOfAny(NotInXml) < 0
        ? text
        : string.Create(text.Length, text, static (letters, source) =>
        {
            source.CopyTo(letters);
            for (var i = 0; i < letters.Length; i++)
            {
                if (NotInXml.Contains(letters[i])) letters[i] = ' ';
            }
        });

    /// <summary>A look ahead, so that no tree is built that costs more than a packet can be worth.</summary>
    private static bool IsBounded(string text, XmlReaderSettings settings)
    {
        using var reader = XmlReader.Create(new StringReader(text), settings);
        for (var nodes = 0; reader.Read(); nodes += 1 + reader.AttributeCount)
        {
            if (reader.Depth > MaxDepth || nodes > MaxNodes) return false;
        }

        return true;
    }

    /// <summary>Goes over the properties of a packet and gives each its path.</summary>
    private readonly struct Walk(Dictionary<string, string> tags, Dictionary<string, string> prefixes)
    {
        public void AddProperties(XElement holder, string path, int depth)
        {
            if (depth > 8) return;
            foreach (var attribute in holder.Attributes())
            {
                if (attribute.IsNamespaceDeclaration || attribute.Name.Namespace == Rdf || attribute.Name.Namespace == XNamespace.Xml) continue;
                Add(Join(path, attribute.Name), attribute.Value);
            }

            foreach (var property in holder.Elements())
            {
                if (property.Name.Namespace != Rdf) AddProperty(property, Join(path, property.Name), depth);
            }
        }

        private void AddProperty(XElement property, string path, int depth)
        {
            var content = property.Elements().FirstOrDefault();
            if (property.Attribute(Rdf + "parseType")?.Value == "Resource" || content?.Name == Rdf + "Description")
            {
                AddProperties(content?.Name == Rdf + "Description" ? content : property, path, depth + 1);
            }
            else if (content?.Name == Rdf + "Bag" || content?.Name == Rdf + "Seq" || content?.Name == Rdf + "Alt")
            {
                AddArray(content, path, depth);
            }
            else if (content is null)
            {
                Add(path, property.Value.Length == 0 ? property.Attribute(Rdf + "resource")?.Value ?? "" : property.Value);

                // A structure may also be written as attributes of an empty element.
                if (property.IsEmpty && property.Attributes().Any(a => !a.IsNamespaceDeclaration && a.Name.Namespace != Rdf && a.Name.Namespace != XNamespace.Xml))
                {
                    AddProperties(property, path, depth + 1);
                }
            }
        }

        private void AddArray(XElement array, string path, int depth)
        {
            var items = array.Elements(Rdf + "li").ToList();
            if (items.Exists(item => item.HasElements || item.Attributes().Any(a => a.Name.Namespace == Rdf)))
            {
                Add(path, $"type=\"{array.Name.LocalName}\"");
                for (var i = 0; i < items.Count; i++) AddProperty(items[i], $"{path}[{i + 1}]", depth + 1);
                return;
            }

            var language = XNamespace.Xml + "lang";
            Add(path, array.Name == Rdf + "Alt" && items.TrueForAll(item => item.Attribute(language) is not null)
                ? PythonText.Map(items.Select(item => KeyValuePair.Create($"lang=\"{item.Attribute(language)!.Value}\"", item.Value)))
                : PythonText.List(items.Select(item => item.Value)));
        }

        private void Add(string path, string value)
        {
            if (path.Length > 300 || value.Length > MaxValueLength) return;
            tags.TryAdd($"Xmp.{path}", value);
        }

        private string Join(string path, XName name)
        {
            var prefix = XmpNamespaces.PrefixOf(name.NamespaceName) ?? prefixes.GetValueOrDefault(name.NamespaceName, "unknown");
            return path.Length == 0 ? $"{prefix}.{name.LocalName}" : $"{path}/{prefix}:{name.LocalName}";
        }
    }
}
