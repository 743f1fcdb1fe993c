package org.postseal.gateway.e2e.programs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.ShownMail;

/** The tables of {@code docs/interop.md} about mail programs. */
final class ProgramTables {
    static final String BEGIN = "<!-- bin/interop --write writes the mail programs from here -->\n";
    static final String END = "<!-- the mail programs to here -->\n";
    private static final String PICTURES = "pictures/";

    private final List<ProgramMail> mails;
    private final Map<MailProgram, List<ShownMail>> shown;

    ProgramTables(List<ProgramMail> mails, Map<MailProgram, List<ShownMail>> shown) {
        this.mails = mails;
        this.shown = new EnumMap<>(shown);
    }

    /** Prints the tables; {@code --write FILE} also writes them into that page, and the pictures beside it. */
    public static void main(String[] arguments) throws Exception {
        Map<MailProgram, List<ShownMail>> shown = new EnumMap<>(MailProgram.class);
        ProgramTables tables;
        try (ProgramRoad road = new ProgramRoad()) {
            List<ProgramMail> mails = road.passAll();
            boolean isWritten = arguments.length == 2 && arguments[0].equals("--write");
            for (MailProgram program : MailProgram.values()) {
                Pictures pictures =
                        isWritten ? Pictures.in(Path.of(arguments[1]).resolveSibling(PICTURES)) : Pictures.NONE;
                shown.put(
                        program,
                        program.show(
                                road.octets(mails),
                                road.owner(),
                                (number, picture) -> pictures.write(
                                        name(program, mails.get(number).of()), picture)));
            }
            tables = new ProgramTables(mails, shown);
            if (isWritten) {
                Path page = Path.of(arguments[1]);
                Files.writeString(page, tables.into(Files.readString(page)));
            }
        }
        System.out.print(tables.text());
        tables.unexplained().forEach(System.err::println);
        if (!tables.unexplained().isEmpty()) {
            System.exit(1);
        }
    }

    /** Returns the page with these tables in the place of its own. */
    String into(String page) {
        return page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n" + text()
                + page.substring(page.indexOf(END));
    }

    String text() {
        return shown.keySet().stream().map(this::section).collect(Collectors.joining());
    }

    static String heading(MailProgram program) {
        return "### " + program.title() + " " + program.version() + "\n";
    }

    String section(MailProgram program) {
        List<Difference> legend = new ArrayList<>();
        StringBuilder text = new StringBuilder(heading(program))
                .append("\n| message | Postseal says | ")
                .append(program.title())
                .append(" says | it shows | |\n|---|---|---|---|---|\n");
        for (int number = 0; number < mails.size(); number++) {
            ProgramMail mail = mails.get(number);
            ShownMail seen = shownBy(program).get(number);
            text.append("| ").append(mail.of().isOutbound() ? "→ " : "← ").append(linked(program, mail.of()));
            text.append(" | ").append(mail.claim());
            text.append(" | ").append(program.words(seen));
            text.append(" | ").append(displayed(mail, seen));
            text.append(" | ").append(mark(program, mail, seen, legend)).append(" |\n");
        }
        text.append("\n| | why they differ |\n|---|---|\n");
        for (Difference each : legend) {
            text.append("| ")
                    .append(mark(legend.indexOf(each)))
                    .append(" | ")
                    .append(each.words())
                    .append(" |\n");
        }
        return text.append("\n").toString();
    }

    /** Returns each difference that nobody has explained, and each explanation without a difference. */
    List<String> unexplained() {
        List<String> found = new ArrayList<>();
        shown.forEach((program, seen) -> {
            for (int number = 0; number < mails.size(); number++) {
                ProgramMail mail = mails.get(number);
                boolean isExplained = Difference.of(program, mail.of()).isPresent();
                if (isSame(program, mail, seen.get(number)) == isExplained) {
                    found.add((isExplained ? "explained, but the same: " : "not explained: ")
                            + mail.of().id() + ", " + mail.claim() + ": " + seen.get(number));
                }
            }
        });
        return found;
    }

    private List<ShownMail> shownBy(MailProgram program) {
        return shown.getOrDefault(program, List.of());
    }

    /** The same is claimed, and a claim is about what the user reads. */
    private static boolean isSame(MailProgram program, ProgramMail mail, ShownMail seen) {
        boolean isClaimed = mail.isSigned() || mail.isEncrypted();
        boolean isShown = seen.text().contains(mail.of().text())
                && seen.subject()
                        .equals(mail.arrived()
                                .field("Subject")
                                .replace("[...]", mail.of().subject()));
        boolean isAbout = !isClaimed || isShown;
        return program.isSigned(seen) == mail.isSigned() && program.isEncrypted(seen) == mail.isEncrypted() && isAbout;
    }

    private static String displayed(ProgramMail mail, ShownMail seen) {
        boolean isSubject = seen.subject().equals(mail.arrived().field("Subject"));
        String text = seen.text().contains(mail.of().text())
                ? "the text"
                : seen.text().isEmpty() ? "nothing" : "another text";
        return (isSubject ? "`" + seen.subject().replace(mail.of().id(), "…") + "`" : "**" + seen.subject() + "**")
                + ", " + text;
    }

    private static String mark(MailProgram program, ProgramMail mail, ShownMail seen, List<Difference> legend) {
        if (isSame(program, mail, seen)) {
            return "same";
        }
        return Difference.of(program, mail.of())
                .map(difference -> {
                    if (!legend.contains(difference)) {
                        legend.add(difference);
                    }
                    return mark(legend.indexOf(difference));
                })
                .orElse("**NOT EXPLAINED**");
    }

    private static String mark(int index) {
        return String.valueOf((char) ('a' + index));
    }

    private static String linked(MailProgram program, ProgramCase message) {
        return program == MailProgram.THUNDERBIRD
                ? "[" + message.words() + "](" + PICTURES + name(program, message) + ")"
                : message.words();
    }

    private static String name(MailProgram program, ProgramCase message) {
        return program.title().toLowerCase(java.util.Locale.ROOT) + "-" + message.id() + ".png";
    }
}
