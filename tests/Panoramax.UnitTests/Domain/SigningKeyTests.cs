using Panoramax.Domain.Accounts;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class SigningKeyTests
{
    [TestCase(null, "is not set")]
    [TestCase("", "is not set")]
    [TestCase("0123456789abcdef0123456789abcde", "has fewer than 32 bytes")]
    [TestCase("abcabcabcabcabcabcabcabcabcabcabcabc", "repeats a few characters")]
    [TestCase("CHANGE ME before you open the doors!", "is the placeholder of an example")]
    public void A_key_that_can_be_guessed_is_named_weak(string? key, string why) => Assert.That(SigningKey.WeaknessOf(key), Is.EqualTo(why));

    [TestCase("0123456789abcdef0123456789abcdef")]
    [TestCase("ééééééééüöäßñçøåéé")]
    [TestCase("6f1ed002ab5595859014ebf0951522d9fa5c0d4e2b7a8c1d3e4f5a6b7c8d9e0f")]
    public void Thirty_two_bytes_that_differ_will_do(string key) => Assert.That(SigningKey.WeaknessOf(key), Is.Null);
}

/// <summary>The forms themselves are tried on the running service; here the corners of the rule.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReturnAddressTests
{
    private static readonly ReturnAddress rule = new(new Uri("https://pano.example.org/prefix"), new Uri("https://www.example.org"), [new Uri("app://back/here")]);

    [TestCase("/", "/")]
    [TestCase("/a?b#c", "/a?b#c")]
    [TestCase("https://pano.example.org", "https://pano.example.org/")]
    [TestCase("HTTPS://PANO.EXAMPLE.ORG:443/x", "https://pano.example.org/x")]
    [TestCase("https://www.example.org/x?y", "https://www.example.org/x?y")]
    [TestCase("app://back/anywhere", "app://back/anywhere")]
    [TestCase(null, null)]
    [TestCase("", null)]
    [TestCase("//pano.example.org/", null)]
    [TestCase("http://pano.example.org/", null)]
    [TestCase("https://pano.example.org:8443/", null)]
    [TestCase("https://me@pano.example.org/", null)]
    [TestCase("https://pano.example.org.evil.org/", null)]
    [TestCase("https://pano.example.org\u00a0/", null)]
    [TestCase("APP2://back/here", null)]
    [TestCase("app://back.evil/here", null)]
    [TestCase("relative", null)]
    public void Only_own_origins_and_known_apps_are_followed(string? wanted, string? end) => Assert.That(rule.Accept(wanted), Is.EqualTo(end));
}
