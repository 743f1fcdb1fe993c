package org.postseal.gateway.e2e.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The tables of {@code docs/interop.md}, one section for each peer. */
final class Tables {
    static final String BEGIN = "<!-- bin/interop --write writes from here -->\n";
    static final String END = "<!-- to here -->\n";

    private final Matrix matrix;

    Tables(Matrix matrix) {
        this.matrix = matrix;
    }

    /** Prints the tables; {@code --write FILE} also writes them into that page. */
    public static void main(String[] arguments) throws Exception {
        Matrix matrix;
        try (InteropRun run = new InteropRun()) {
            matrix = run.matrix();
        }
        Tables tables = new Tables(matrix);
        System.out.print(tables.text());
        matrix.failures().forEach(System.err::println);
        if (arguments.length == 2 && arguments[0].equals("--write")) {
            Path page = Path.of(arguments[1]);
            Files.writeString(page, tables.into(Files.readString(page)));
        }
        if (!matrix.failures().isEmpty()) {
            System.exit(1);
        }
    }

    /** Returns the page with these tables in the place of its own. */
    String into(String page) {
        return page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + "\n" + text()
                + page.substring(page.indexOf(END));
    }

    String text() {
        return matrix.versions().keySet().stream().map(this::section).collect(Collectors.joining());
    }

    /** Returns the heading of a peer's section, with the peer's version. */
    String heading(PeerName peer) {
        return "## " + peer.title() + " " + matrix.versions().get(peer) + "\n";
    }

    String section(PeerName peer) {
        List<Limit> limits = new ArrayList<>();
        return heading(peer)
                + "\n"
                + table(peer, "signature", List.of(SignatureLine.values()), limits)
                + table(peer, "encryption", EncryptionLine.ALL, limits)
                + table(peer, "structure", List.of(StructureLine.values()), limits)
                + legend(limits);
    }

    private String table(PeerName peer, String title, List<? extends Line> lines, List<Limit> limits) {
        List<Column> columns = lines.getFirst().columns();
        StringBuilder text = new StringBuilder("| " + title);
        columns.forEach(column -> text.append(" | ").append(column.heading()));
        text.append(" |\n|---").append("|---".repeat(columns.size())).append("|\n");
        for (Line line : lines) {
            text.append("| ").append(line.words());
            for (Column column : columns) {
                text.append(" | ").append(cell(new Cell(peer, line, column), limits));
            }
            text.append(" |\n");
        }
        return text.append("\n").toString();
    }

    private String cell(Cell cell, List<Limit> limits) {
        Outcome outcome = matrix.outcomes().get(cell);
        if (outcome == null) {
            return "—";
        }
        return switch (outcome) {
            case Outcome.Ok _ -> "ok";
            case Outcome.Failed _ -> "**FAIL**";
            case Outcome.Limited(Limit limit) -> {
                if (!limits.contains(limit)) {
                    limits.add(limit);
                }
                yield mark(limits.indexOf(limit));
            }
        };
    }

    private static String legend(List<Limit> limits) {
        if (limits.isEmpty()) {
            return "No limits.\n\n";
        }
        StringBuilder text = new StringBuilder("| | limit of the peer | |\n|---|---|---|\n");
        for (Limit limit : limits) {
            text.append("| ")
                    .append(mark(limits.indexOf(limit)))
                    .append(" | ")
                    .append(limit.words())
                    .append(" | ")
                    .append(limit.isTried() ? "tried" : "no option for it")
                    .append(" |\n");
        }
        return text.append("\n").toString();
    }

    private static String mark(int index) {
        return String.valueOf((char) ('a' + index));
    }
}
