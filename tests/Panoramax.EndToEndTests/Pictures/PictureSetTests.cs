using Panoramax.Testing.Processes;

namespace Panoramax.EndToEndTests.Pictures;

/// <summary>Without blurring, on the S3 server.</summary>
[TestFixtureSource(nameof(Sets))]
public sealed class PictureSetTests(string set) : PictureSetConversation(set, StoreKind.S3, "None");
