using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Panoramax.Stac.Catalog;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Items;
using Panoramax.Stac.Map;
using Panoramax.Stac.Users;

namespace Panoramax.Stac;

/// <summary>All shapes that go out as JSON. Names are written out on each property; a value that is null is left out.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LandingJson))]
[JsonSerializable(typeof(ConformanceJson))]
[JsonSerializable(typeof(ConfigurationJson))]
[JsonSerializable(typeof(AddressJson))]
[JsonSerializable(typeof(CollectionsJson))]
[JsonSerializable(typeof(CollectionJson))]
[JsonSerializable(typeof(ProcessingStatusJson))]
[JsonSerializable(typeof(ItemJson))]
[JsonSerializable(typeof(IReadOnlyList<LinkJson>))]
[JsonSerializable(typeof(AnnotationJson))]
[JsonSerializable(typeof(StyleJson))]
[JsonSerializable(typeof(UsersJson))]
[JsonSerializable(typeof(FoundUsersJson))]
[JsonSerializable(typeof(UserJson))]
[JsonSerializable(typeof(UserCatalogJson))]
internal sealed partial class StacJson : JsonSerializerContext
{
    /// <summary>As it is sent: text in UTF-8, not escaped beyond what JSON asks for.</summary>
    public static StacJson Wire { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
