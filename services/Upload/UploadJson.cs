using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Panoramax.Http.Values;
using Panoramax.Upload.UploadSets;

namespace Panoramax.Upload;

/// <summary>JSON shapes of this service. Unknown values are left out, never null.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTimeConverter)])]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(UploadSetJson))]
[JsonSerializable(typeof(UploadSetsJson))]
[JsonSerializable(typeof(FileJson))]
[JsonSerializable(typeof(FilesJson))]
internal sealed partial class UploadJson : JsonSerializerContext
{
    /// <summary>Options of the answers: the same rules, and letters of all languages as they are.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.PropertyNamingPolicy = null;
        options.Converters.Add(new UtcTimeConverter());
        options.TypeInfoResolverChain.Insert(0, Default);
    }
}
