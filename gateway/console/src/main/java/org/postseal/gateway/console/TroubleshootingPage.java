package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.console.http.Page;

/** Shows what docs/troubleshooting.md says about a reason, since the machine of the visitor need not have that page. */
public final class TroubleshootingPage {
    /**
     * Holds the content of the page.
     *
     * @param chosen the section that was asked for; empty if there is none of that name
     * @param meaning what the reason means; empty if the section is about none
     */
    public record View(Optional<Section> chosen, String meaning, List<Section> sections) {}

    /**
     * Holds a section of the page.
     *
     * @param name the heading, which mostly is a reason
     * @param level 2 for a heading above others, 3 for one below it
     */
    public record Section(String name, int level, List<Line> lines) {
        public String title() {
            return level == 3 ? InWords.title(name) : name;
        }

        public String link() {
            return InWords.help(anchor());
        }

        String anchor() {
            return name.toLowerCase(Locale.ROOT).replace(' ', '-');
        }
    }

    /**
     * Holds a paragraph, an item of a list, or a command.
     *
     * @param depth 0 for a paragraph, 1 for an item, 2 for an item below it
     */
    public record Line(int depth, String text) {
        /** Returns the parts of the text; every second one is code. */
        public List<String> parts() {
            return List.of(text.split("`", -1));
        }
    }

    Page page(Parameters asked, Frame frame) throws IOException {
        List<Section> sections = sections(new String(ConsolePages.resource("troubleshooting.md"), UTF_8));
        String about = asked.text("about");
        Optional<Section> chosen = sections.stream()
                .filter(section -> section.anchor().equals(about.toLowerCase(Locale.ROOT)))
                .findFirst();
        String meaning =
                chosen.flatMap(section -> InWords.meaning(section.name())).orElse("");
        View view = new View(chosen, meaning, sections);
        return Renderer.page(
                about.isEmpty() || chosen.isPresent() ? 200 : 404,
                output -> JtetroubleshootingGenerated.render(output, null, frame, view));
    }

    /** Reads the sections of a page in Markdown, as far as that page uses it. */
    static List<Section> sections(String markdown) {
        List<Section> sections = new ArrayList<>();
        boolean isCommand = false;
        boolean isOpen = false;
        for (String line : markdown.lines().toList()) {
            Matcher heading = HEADING.matcher(line);
            Matcher item = ITEM.matcher(line);
            if (!isCommand && heading.matches()) {
                sections.add(new Section(
                        heading.group(2).replace("`", ""), heading.group(1).length(), new ArrayList<>()));
                isOpen = false;
            } else if (line.startsWith("```")) {
                isCommand = !isCommand;
                isOpen = false;
            } else if (line.isBlank() || sections.isEmpty()) {
                isOpen = false;
            } else {
                List<Line> lines = sections.getLast().lines();
                if (isCommand) {
                    lines.add(new Line(0, "`" + line + "`"));
                } else if (item.matches()) {
                    lines.add(new Line(1 + item.group(1).length() / 2, linked(item.group(2))));
                    isOpen = true;
                } else if (isOpen) {
                    Line open = lines.removeLast();
                    lines.add(new Line(open.depth(), open.text() + " " + linked(line.strip())));
                } else {
                    lines.add(new Line(0, linked(line.strip())));
                    isOpen = true;
                }
            }
        }
        return sections;
    }

    /** Returns the text with the names of other pages in place of links to them. */
    private static String linked(String text) {
        return LINK.matcher(text).replaceAll(link -> {
            String words = link.group(1);
            String page = link.group(2);
            String named =
                    page.isEmpty() ? words : words.equals(page) ? "docs/" + page : words + " (docs/" + page + ")";
            return Matcher.quoteReplacement(named);
        });
    }

    private static final Pattern HEADING = Pattern.compile("(#{2,3}) (.*)");
    private static final Pattern ITEM = Pattern.compile("( *)- (.*)");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]]+)\\]\\(([^)#]*)(?:#[^)]*)?\\)");
}
