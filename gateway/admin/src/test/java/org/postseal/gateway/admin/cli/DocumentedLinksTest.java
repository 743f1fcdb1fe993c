package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Project;

/** Tests that every page exists that another one links to or names, and that it has the heading that the link means. */
final class DocumentedLinksTest {
    private static final Path ROOT = Path.of("../..");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        for (Path page : pages()) {
            for (MatchResult link :
                    LINK.matcher(prose(Files.readString(page))).results().toList()) {
                if (!link.group(1).matches("[a-z]+:.*")) {
                    count++;
                    if (!leads(page, link.group(1))) {
                        wrong.add(page + ": " + link.group(1));
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(200);
        assertThat(leads(ROOT.resolve("docs/audit-proof.md"), "#the-chain")).isTrue();
        assertThat(leads(ROOT.resolve("docs/audit-proof.md"), "#no-chain")).isFalse();
        assertThat(leads(ROOT.resolve("docs/audit.md"), "nothing.md")).isFalse();
        assertThat(leads(ROOT.resolve("docs/audit.md"), "runbooks/PostsealDown.md"))
                .isTrue();
    }

    /** Pages are also named in comments of files that are installed, and in pages without a link. */
    @Test
    void everyPageThatIsNamedIsThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        int count = 0;
        List<Path> files = new ArrayList<>(pages());
        for (String folder : List.of("etc", "systemd", "packaging", "bin")) {
            try (Stream<Path> found = Files.walk(ROOT.resolve(folder))) {
                found.filter(Files::isRegularFile).sorted().forEach(files::add);
            }
        }
        for (Path file : files) {
            for (MatchResult named :
                    NAMED.matcher(Files.readString(file)).results().toList()) {
                count++;
                if (!Files.exists(ROOT.resolve(named.group()))) {
                    wrong.add(file + ": " + named.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(50);
    }

    /** The table of CONTRIBUTING.md says which test runs the commands of a page. */
    @Test
    void everyPageWithSomethingToTypeSaysWhoRunsIt() throws IOException {
        String table = Files.readString(ROOT.resolve("CONTRIBUTING.md"));
        Set<String> tests = new HashSet<>();
        for (String module : Project.modules()) {
            Path folder = Project.file(module).resolve("src/test/java");
            if (Files.isDirectory(folder)) {
                try (Stream<Path> sources = Files.walk(folder)) {
                    sources.forEach(
                            file -> tests.add(file.getFileName().toString().replace(".java", "")));
                }
            }
        }
        List<String> wrong = new ArrayList<>();
        for (Path page : pages()) {
            String name = ROOT.relativize(page).toString();
            // The page of the table itself has no row, and all runbooks have one row together
            boolean isOwn = name.equals("CONTRIBUTING.md") || name.startsWith("docs/runbooks/");
            if (!isOwn && TYPED.matcher(Files.readString(page)).find() && !table.contains("`" + name + "`")) {
                wrong.add("no row for " + name);
            }
        }
        for (MatchResult named : TEST.matcher(table).results().toList()) {
            if (!tests.contains(named.group())) {
                wrong.add("no test " + named.group());
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Returns all pages for people: how to use, run and change the gateway, and why it is as it is. */
    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder :
                List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("docs/runbooks"), ROOT.resolve("docs/decisions"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    private boolean leads(Path page, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1 || anchors(file).contains(parts[1]);
    }

    private Set<String> anchors(Path file) throws IOException {
        Set<String> known = anchors.get(file);
        if (known == null) {
            known = new HashSet<>();
            for (MatchResult heading :
                    HEADING.matcher(prose(Files.readString(file))).results().toList()) {
                String name = anchor(heading.group(1));
                String numbered = name;
                for (int i = 1; !known.add(numbered); i++) {
                    numbered = name + "-" + i;
                }
            }
            anchors.put(file, known);
        }
        return known;
    }

    /** Makes an anchor as forges do: letters, digits, hyphens and underscores are kept, blanks become hyphens. */
    private static String anchor(String heading) {
        return heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .strip()
                .replace(' ', '-');
    }

    private static String prose(String page) {
        return page.replaceAll("(?ms)^```.*?^```$", "");
    }

    private static final Pattern LINK = Pattern.compile("(?<!!)\\[[^\\]\\n]*]\\(([^)\\s]+)\\)");
    private static final Pattern TYPED =
            Pattern.compile("(?m)^```(?:sh|yaml|ini|nginx|main\\.cf|master\\.cf|[a-z]+/main\\.cf|postseal\\.yaml)\\b");
    private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+(?:Test|IT)\\b");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");
    private static final Pattern NAMED = Pattern.compile("(?<![\\w/.-])docs/(?:[\\w-]+/)*[\\w-]+\\.md\\b");
}
