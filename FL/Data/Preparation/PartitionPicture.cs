using System.Globalization;
using System.Security;
using System.Text;

namespace FedActors.FL.Data.Preparation;

/// <summary>Draws who got what: a bar for each site, in it a piece for each class.</summary>
public static class PartitionPicture
{
    private const int BarHeight = 18;
    private const int BarStep = 24;
    private const int BarLeft = 110;
    private const int BarWidth = 640;
    private const int LegendColumn = 150;
    private const int LegendColumns = 5;
    private const int Width = BarLeft + BarWidth + 70;

    /// <summary>The picture as a scalable vector graphic, in a form that any browser shows.</summary>
    public static string Svg(ClassCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        int[] sizes = [.. counts.Rows.Select(row => row.Sum())];
        int most = Math.Max(sizes.DefaultIfEmpty(0).Max(), 1);
        int legendTop = (counts.Sites.Count * BarStep) + 30;
        int legendRows = (counts.Classes.Count + LegendColumns - 1) / LegendColumns;
        StringBuilder svg = new();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {legendTop + (legendRows * BarStep)}" font-family="sans-serif" font-size="12">""").Append('\n');

        // The text is black, and the page that shows it may be dark.
        svg.Append("<title>Rows of each class by site</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        for (int site = 0; site < sizes.Length; site++)
        {
            AppendBar(svg, counts, site, most, (site * BarStep) + 10, sizes[site]);
        }

        for (int label = 0; label < counts.Classes.Count; label++)
        {
            int x = BarLeft + (label % LegendColumns * LegendColumn);
            int y = legendTop + (label / LegendColumns * BarStep);
            svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{x}" y="{y}" width="12" height="12" fill="{Colour(label, counts.Classes.Count)}"/><text x="{x + 18}" y="{y + 11}">{Escape(counts.Classes[label])}</text>""").Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendBar(StringBuilder svg, ClassCounts counts, int site, int most, int y, int size)
    {
        string name = Escape(counts.Sites[site]);
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{BarLeft - 8}" y="{y + 13}" text-anchor="end">{name}</text>""").Append('\n');
        int sum = 0;
        for (int label = 0; label < counts.Classes.Count; label++)
        {
            int rows = counts.Rows[site][label];
            if (rows == 0)
            {
                continue;
            }

            // Edges are rounded and not widths, so that pieces meet and the bar ends where it should.
            int left = BarLeft + (int)((long)sum * BarWidth / most);
            sum += rows;
            int right = BarLeft + (int)((long)sum * BarWidth / most);
            svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{left}" y="{y}" width="{right - left}" height="{BarHeight}" fill="{Colour(label, counts.Classes.Count)}"><title>{name}: {rows} of {Escape(counts.Classes[label])}</title></rect>""").Append('\n');
        }

        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{BarLeft + (int)((long)sum * BarWidth / most) + 6}" y="{y + 13}">{size}</text>""").Append('\n');
    }

    // Hues around the circle, light and dark in turn, so that neighbours differ also for eyes that tell hues apart badly.
    private static string Colour(int label, int classes) => string.Create(CultureInfo.InvariantCulture, $"hsl({label * 360 / classes},65%,{(label % 2 == 0 ? 42 : 64)}%)");

    private static string Escape(string text) => SecurityElement.Escape(text);
}
