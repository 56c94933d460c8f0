namespace Panoramax.Imaging;

/// <summary>
/// The bytes are no sound JPEG picture: cut off, damaged, or of a kind no decoder here reads. Permanent: the same bytes
/// will fail the same way, so a caller must not try again. The message is the reason, fit to be shown to the uploader.
/// </summary>
public sealed class UnreadablePicture(string reason) : Exception(reason);
