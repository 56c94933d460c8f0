using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Panoramax.Metadata.Tags;

/// <content>Changing a packet: only the named property changes, all others stay as their tool wrote them.</content>
internal sealed partial class XmpPacket
{
    private static readonly XNamespace DublinCore = "http://purl.org/dc/elements/1.1/";

    /// <summary>Properties that the standard defines as arrays.</summary>
    private static readonly Dictionary<XName, string> Arrays = new()
    {
        [DublinCore + "subject"] = "Bag",
        [DublinCore + "contributor"] = "Bag",
        [DublinCore + "publisher"] = "Bag",
        [DublinCore + "relation"] = "Bag",
        [DublinCore + "type"] = "Bag",
        [DublinCore + "language"] = "Bag",
        [DublinCore + "creator"] = "Seq",
        [DublinCore + "date"] = "Seq",
        [DublinCore + "title"] = "Alt",
        [DublinCore + "description"] = "Alt",
        [DublinCore + "rights"] = "Alt",
    };

    public static XmpPacket Create()
    {
        XNamespace meta = "adobe:ns:meta/";
        var rdf = new XElement(Rdf + "RDF", new XAttribute(XNamespace.Xmlns + "rdf", Rdf.NamespaceName));
        return new XmpPacket(
            new XDocument(
                new XProcessingInstruction("xpacket", "begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\""),
                new XElement(meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", meta.NamespaceName), rdf),
                new XProcessingInstruction("xpacket", "end=\"w\"")),
            rdf);
    }

    /// <summary>Namespace that a prefix stands for in this packet, else the well-known one; null when unknown.</summary>
    public XNamespace? NamespaceOf(string prefix)
    {
        if (XmpNamespaces.UriOf(prefix) is not { } uri)
        {
            return Descriptions.Select(description => description.GetNamespaceOfPrefix(prefix)).FirstOrDefault(found => found is not null && found != Rdf && found != XNamespace.Xml && found != XNamespace.Xmlns);
        }

        // A file may write the namespace with or without its closing slash: take over what stands there.
        return Properties().Select(property => property.Namespace).FirstOrDefault(space => XmpNamespaces.PrefixOf(space.NamespaceName) == prefix) ?? uri;
    }

    public bool Has(XName name) => Properties().Contains(name);

    public void Set(string prefix, XName name, string value)
    {
        var kind = Descriptions.Select(description => description.Element(name)?.Elements().FirstOrDefault()?.Name)
            .FirstOrDefault(found => found == Rdf + "Bag" || found == Rdf + "Seq" || found == Rdf + "Alt")?.LocalName ?? Arrays.GetValueOrDefault(name);
        Remove(name);
        var description = Descriptions.FirstOrDefault();
        if (description is null)
        {
            description = new XElement(Rdf + "Description", new XAttribute(Rdf + "about", ""));
            _rdf.Add(description);
        }

        if (description.GetPrefixOfNamespace(name.Namespace) is null && description.GetNamespaceOfPrefix(prefix) is null)
        {
            description.Add(new XAttribute(XNamespace.Xmlns + prefix, name.NamespaceName));
        }

        var language = kind == "Alt" ? new XAttribute(XNamespace.Xml + "lang", "x-default") : null;
        description.Add(new XElement(name, kind is null ? value : new XElement(Rdf + kind, new XElement(Rdf + "li", language, value))));
    }

    public bool Remove(XName name) => RemoveWhere((found, _) => found == name);

    /// <summary>Removes properties by name and size of their text; true if there was one.</summary>
    public bool RemoveWhere(Func<XName, int, bool> unwanted)
    {
        var attributes = Descriptions.SelectMany(description => description.Attributes())
            .Where(attribute => !attribute.IsNamespaceDeclaration && unwanted(attribute.Name, attribute.Value.Length)).ToList();
        var elements = Descriptions.SelectMany(description => description.Elements())
            .Where(element => unwanted(element.Name, SizeOf(element))).ToList();
        attributes.ForEach(attribute => attribute.Remove());
        elements.ForEach(element => element.Remove());
        return attributes.Count + elements.Count > 0;
    }

    private static int SizeOf(XElement element) => element.Value.Length + element.DescendantsAndSelf().Attributes().Sum(attribute => attribute.Value.Length);

    /// <summary>As UTF-8 without a byte order mark in front.</summary>
    public byte[] ToBytes()
    {
        var output = new MemoryStream();
        var settings = new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            OmitXmlDeclaration = true,
        };
        using (var writer = XmlWriter.Create(output, settings)) Document.Save(writer);
        return output.ToArray();
    }

    private IEnumerable<XName> Properties() => Descriptions.SelectMany(description => description.Attributes()
        .Where(attribute => !attribute.IsNamespaceDeclaration).Select(attribute => attribute.Name)
        .Concat(description.Elements().Select(element => element.Name)));
}
