package org.postseal.gateway.admin.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.support.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of one command, in roff with the macros of man(7). It holds only what the command says about itself,
 * and is the same in each build.
 */
final class ManualPage {
    private final CommandLine command;
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    ManualPage(CommandLine command) {
        this.command = command;
        this.spec = command.getCommandSpec();
    }

    /** Returns the name by which {@code man} finds the page, such as {@code postseal-cert-import}. */
    String name() {
        return spec.qualifiedName("-");
    }

    String text(String date, String version) {
        page.append(".TH %s 1 %s %s %s\n"
                .formatted(
                        quoted(name().toUpperCase(Locale.ROOT)),
                        quoted(date),
                        quoted("Postseal " + version),
                        quoted("Postseal")));
        // No hyphenation and no justified lines, so that options and paths stay as they are typed
        page.append(".nh\n.ad l\n");
        section("NAME");
        line(name() + " - " + summary(spec));
        section("SYNOPSIS");
        page.append(".B ").append(escaped(spec.qualifiedName())).append('\n');
        line(synopsis());
        section("DESCRIPTION");
        paragraphs(spec.usageMessage().description());
        paragraphs(spec.usageMessage().footer());
        items(
                "OPTIONS",
                spec.options().stream().filter(option -> !option.hidden()).toList(),
                this::option);
        items(
                "ARGUMENTS",
                spec.positionalParameters().stream()
                        .filter(each -> !each.hidden())
                        .toList(),
                this::argument);
        commands();
        ending();
        return page.toString();
    }

    private void commands() {
        List<CommandLine> commands = command.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .toList();
        if (commands.isEmpty()) {
            return;
        }
        section("COMMANDS");
        for (CommandLine each : commands) {
            page.append(".TP\n.BR ")
                    .append(escaped(each.getCommandSpec().qualifiedName("-")))
                    .append(" (1)\n");
            line(summary(each.getCommandSpec()));
        }
    }

    private void ending() {
        section("EXIT STATUS");
        item("0", "done");
        item(String.valueOf(ExitCode.USAGE), "the command line is wrong");
        item(String.valueOf(ExitCode.REFUSED), "refused, or not found, or not proven");
        item(String.valueOf(ExitCode.UNAVAILABLE), "something that is needed is missing");
        item(String.valueOf(ExitCode.SOFTWARE), "a fault of Postseal");
        item(String.valueOf(ExitCode.INPUT_OUTPUT), "a file cannot be read or written");
        item(String.valueOf(ExitCode.TRY_AGAIN), "not now; try again");
        item(String.valueOf(ExitCode.CONFIG), "the configuration is wrong");
        section("FILES");
        item("/etc/postseal/postseal.yaml", "the configuration; each key: /usr/share/doc/postseal/configuration.md");
        section("SEE ALSO");
        CommandLine parent = command.getParent();
        page.append(".BR ")
                .append(escaped(
                        parent == null
                                ? "postseal-help"
                                : parent.getCommandSpec().qualifiedName("-")))
                .append(" (1)\n");
    }

    private <T extends ArgSpec> void items(String title, List<T> arguments, Consumer<T> each) {
        if (!arguments.isEmpty()) {
            section(title);
            arguments.forEach(each);
        }
    }

    private void option(OptionSpec option) {
        String value = option.arity().max() == 0 ? "" : " \\fI" + escaped(label(option)) + "\\fR";
        page.append(".TP\n")
                .append(Arrays.stream(option.names())
                        .map(name -> "\\fB" + escaped(name) + "\\fR" + value)
                        .collect(Collectors.joining(", ")))
                .append('\n');
        described(option);
    }

    private void argument(PositionalParamSpec argument) {
        page.append(".TP\n\\fI").append(escaped(label(argument))).append("\\fR\n");
        described(argument);
    }

    private void described(ArgSpec argument) {
        line(String.join(" ", argument.description()));
    }

    private static String label(ArgSpec argument) {
        return Ansi.OFF.string(argument.paramLabel());
    }

    private String synopsis() {
        String name = spec.qualifiedName();
        String synopsis = command.getHelp().synopsis(0).replaceAll("\\s+", " ").strip();
        return synopsis.startsWith(name) ? synopsis.substring(name.length()).strip() : synopsis;
    }

    private static String summary(CommandSpec spec) {
        String[] description = spec.usageMessage().description();
        String text = description.length == 0 ? spec.name() : Ansi.OFF.string(description[0]);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void item(String term, String text) {
        page.append(".TP\n.B ").append(escaped(term)).append('\n');
        line(text);
    }

    /** An empty line separates paragraphs. A text that begins with a blank is an example and is not filled. */
    private void paragraphs(String... texts) {
        for (String text : Stream.of(texts).map(Ansi.OFF::string).toList()) {
            if (text.isBlank()) {
                page.append(".PP\n");
            } else if (text.startsWith(" ")) {
                page.append(".nf\n");
                line(text);
                page.append(".fi\n");
            } else {
                line(text);
            }
        }
    }

    private void line(String text) {
        page.append(escaped(text)).append('\n');
    }

    private static String quoted(String text) {
        return '"' + escaped(text).replace("\"", "\\(dq") + '"';
    }

    /** Escapes text so that it prints as it is: a line starts no request, and a minus does not become a hyphen. */
    private static String escaped(String text) {
        String plain = text.replace("\\", "\\e").replace("-", "\\-");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
