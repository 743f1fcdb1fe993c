package org.postseal.gateway.console;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Reads pages for tests. */
final class Html {
    private Html() {}

    /** Returns the cells of all table bodies, as text. */
    static List<List<String>> rows(String html) {
        return found(html, "(?s)<tr[^>]*>(.*?)</tr>").stream()
                .filter(row -> !row.contains("scope=\"col\""))
                .map(row -> Pattern.compile("(?s)<t([dh])[^>]*>(.*?)</t\\1>")
                        .matcher(row)
                        .results()
                        .map(cell -> text(cell.group(2)))
                        .toList())
                .toList();
    }

    /** Returns the target of the link to older records. */
    static Optional<String> next(String html) {
        return found(html, "href=\"(search\\?[^\"]*before=[^\"]*)\"").stream()
                .findFirst()
                .map(link -> "/" + link.replace("&amp;", "&"));
    }

    /** Returns the first group of each place that a pattern fits. */
    static List<String> found(String html, String pattern) {
        return Pattern.compile(pattern)
                .matcher(html)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String text(String cell) {
        return cell.replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&")
                .strip();
    }
}
