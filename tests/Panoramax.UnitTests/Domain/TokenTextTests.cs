using System.Text;
using Panoramax.Domain.Accounts;

namespace Panoramax.UnitTests.Domain;

/// <summary>
/// The texts were made with another implementation of RFC 7515. They are compared byte by byte: a token that another
/// server of this API gave out must keep working after a move, and the same row must always show the same text.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class TokenTextTests
{
    private const string Subject = "3f2c1a5e-7b8d-4c21-9e0f-a1b2c3d4e5f6";

    private const string Text =
        "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJnZW92aXNpbyIsInN1YiI6IjNmMmMxYTVlLTdiOGQtNGMyMS05ZTBmLWExYjJjM2Q0ZTVmNiJ9"
        + ".a5lYIB3TKqxk3kirX7mNYIWSFr62RTBG_jlBdZj8prs";

    private static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789abcdef0123456789abcdef");

    [Test]
    public void A_token_has_the_bytes_that_every_server_of_the_API_writes() =>
        Assert.That(TokenText.Write(Guid.Parse(Subject), Key), Is.EqualTo(Text));

    [TestCase(Text)]
    [TestCase(
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIzZjJjMWE1ZS03YjhkLTRjMjEtOWUwZi1hMWIyYzNkNGU1ZjYifQ"
        + ".DddxnrzHmq6WHTTFxhoLBefJN9c-WSgQ86B64TX5OZ0",
        Description = "with typ, without iss")]
    public void A_token_is_read_by_signature_and_subject_alone(string text)
    {
        Assert.That(TokenText.Read(text, Key, out var error), Is.EqualTo(Guid.Parse(Subject)));
        Assert.That(error, Is.Null);
    }

    [TestCase("", "the token is not a JSON Web Token")]
    [TestCase("abc", "the token is not a JSON Web Token")]
    [TestCase("a.b.c", "the token is not a JSON Web Token")]
    [TestCase("!.!.!", "the token is not a JSON Web Token")]
    [TestCase(Text + ".x", "the token is not a JSON Web Token")]
    [TestCase(
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJnZW92aXNpbyIsInN1YiI6IjNmMmMxYTVlLTdiOGQtNGMyMS05ZTBmLWExYjJjM2Q0ZTVmNiJ9"
        + ".P7yKdr7wAwqMas01X7Sa1YIi-MFDry-BI_evKFgTARk",
        "the token is not signed with HS256", Description = "algorithm none, though signed")]
    [TestCase(
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJnZW92aXNpbyIsInN1YiI6IjNmMmMxYTVlLTdiOGQtNGMyMS05ZTBmLWExYjJjM2Q0ZTVmNiJ9.",
        "the token is not signed with HS256", Description = "algorithm none, unsigned")]
    [TestCase(
        "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJnZW92aXNpbyJ9.tOClqYE_zdu8fOcHGzia1QUhV3ihu4wOc8rd5cAAoLc",
        "the token names no subject")]
    public void What_is_no_token_of_ours_is_refused_with_a_reason(string text, string reason)
    {
        Assert.That(TokenText.Read(text, Key, out var error), Is.Null);
        Assert.That(error, Is.EqualTo(reason));
    }

    [Test]
    public void Another_key_or_a_changed_payload_does_not_pass()
    {
        Assert.That(TokenText.Read(Text, Encoding.ASCII.GetBytes("another key of at least 32 bytes"), out var error), Is.Null);
        Assert.That(error, Is.EqualTo("the signature does not match"));

        var other = TokenText.Write(Guid.CreateVersion7(), Key).Split('.');
        var mixed = string.Join('.', Text.Split('.')[0], other[1], Text.Split('.')[2]);
        Assert.That(TokenText.Read(mixed, Key, out error), Is.Null);
        Assert.That(error, Is.EqualTo("the signature does not match"));
    }

    [FsCheck.NUnit.Property]
    public bool Every_token_that_is_written_is_read_back(Guid id) => TokenText.Read(TokenText.Write(id, Key), Key, out _) == id;

    [FsCheck.NUnit.Property]
    public bool No_text_makes_the_reader_throw(string? text) => TokenText.Read(text ?? "", Key, out _) is null;
}
