using Panoramax.Domain.Accounts;
using Panoramax.Stac;
using Panoramax.Stac.Collections;
using Panoramax.Stac.Filters;
using Panoramax.StacShapes;

namespace Panoramax.ServiceTests.Stac;

/// <summary>The language of filters, read into its tree and turned into conditions.</summary>
internal sealed class FilterTests
{
    [TestCase("created > 'a' OR created < 'b' AND id = 'c'", "(created > a OR (created < b AND id = c))")]
    [TestCase("(created > 'a' OR created < 'b') AND id = 'c'", "((created > a OR created < b) AND id = c)")]
    [TestCase("NOT created = 'a' AND id = 'b'", "(NOT created = a AND id = b)")]
    [TestCase("a NOT IN ('x','y')", "a NOT IN x|y")]
    [TestCase("a NOT BETWEEN 1 AND 2.5", "a NOT BETWEEN 1|2.5")]
    [TestCase("a NOT LIKE 'x%'", "a NOT LIKE x%")]
    [TestCase("a IS NOT NULL", "a IS NOT NULL")]
    [TestCase("a='it''s'", "a = it's")]
    [TestCase("\"semantics.osm|a[b=c]#1\" = '🚲'", "semantics.osm|a[b=c]#1 = 🚲")]
    [TestCase("a\n>=\t2024-05-01", "a >= 2024-05-01")]
    public void Filters_are_read_by_precedence(string text, string tree) => Assert.That(Tree(FilterReader.Read(text)), Is.EqualTo(tree));

    [TestCase("")]
    [TestCase("created")]
    [TestCase("created ==  'a'")]
    [TestCase("created > 'a' and id = 'b'")]
    [TestCase("created > 'a")]
    [TestCase("created > a")]
    [TestCase("(created > 'a'")]
    [TestCase("created > 'a')")]
    [TestCase("created IN ()")]
    [TestCase("created IN ('a',)")]
    [TestCase("created BETWEEN 'a' OR 'b'")]
    [TestCase("created IS 'a'")]
    [TestCase("'a' = created")]
    [TestCase("AND created > 'a'")]
    [TestCase("created > 'a' -- b")]
    [TestCase("created > 'a' ; x")]
    [TestCase("\"\" = 'a'")]
    public void What_is_not_in_the_language_is_refused(string text) => Assert.Throws<FormatException>(() => FilterReader.Read(text));

    [Test]
    public void Depth_and_length_are_bounded()
    {
        Assert.Throws<FormatException>(() => FilterReader.Read(new string('(', 100_000)));
        Assert.Throws<FormatException>(() => FilterReader.Read(new string('(', 51) + "a = 1" + new string(')', 51)));
        Assert.Throws<FormatException>(() => FilterReader.Read(string.Concat(Enumerable.Repeat("NOT ", 1000)) + "a = 1"));
        Assert.Throws<FormatException>(() => FilterReader.Read(string.Join(" OR ", Enumerable.Repeat("a = 1", 501))));
        Assert.DoesNotThrow(() => FilterReader.Read(string.Join(" OR ", Enumerable.Repeat("a = 1", 500))));
    }

    [Test]
    public void No_value_ever_becomes_text_of_the_statement()
    {
        var statement = new Statement(Caller.Anonymous);

        var condition = CollectionFilter.Condition(
            FilterReader.Read("visibility = 'x'' OR TRUE --' OR visibility LIKE '%' AND created IN ('2024-01-01', '2024-01-02')"), statement, CollectionFilter.Fields(null));

        Assert.That(condition, Is.EqualTo(
            "((coalesce(s.visibility, 'anyone') = @p0) OR ((coalesce(s.visibility, 'anyone') LIKE @p1) AND (s.inserted_at IN (@p2, @p3))))"));
    }

    [TestCase("\"semantics.a\"='b' AND \"semantics.c\"='d'")]
    [TestCase("\"semantics.a\" IS NULL")]
    [TestCase("\"semantics.a\" <> 'b'")]
    [TestCase("\"semantics.a\" NOT IN ('b')")]
    [TestCase("\"semantics.a\" LIKE 'b%'")]
    [TestCase("NOT \"semantics.a\"='b'")]
    [TestCase("semantics = 'b'")]
    [TestCase("\"semantics.\" = 'b'")]
    [TestCase("tags = 'b'")]
    public void Tags_have_few_forms(string text) => Assert.Throws<FormatException>(() => TagFilter.Read(text));

    private static string Tree(Filter filter) => filter switch
    {
        And and => $"({Tree(and.Left)} AND {Tree(and.Right)})",
        Or or => $"({Tree(or.Left)} OR {Tree(or.Right)})",
        Not not => $"NOT {Tree(not.Inner)}",
        Compare compare => $"{compare.Field} {compare.Operator} {compare.Value}",
        Between between => $"{between.Field} {(between.Negated ? "NOT " : "")}BETWEEN {between.Low}|{between.High}",
        In list => $"{list.Field} {(list.Negated ? "NOT " : "")}IN {string.Join('|', list.Values)}",
        Like like => $"{like.Field} {(like.Negated ? "NOT " : "")}LIKE {like.Pattern}",
        IsNull isNull => $"{isNull.Field} IS {(isNull.Negated ? "NOT " : "")}NULL",
        _ => throw new InvalidOperationException(filter.ToString()),
    };
}
