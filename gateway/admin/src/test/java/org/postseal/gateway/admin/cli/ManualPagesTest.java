package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

final class ManualPagesTest {
    private final CommandLine commands = new CommandLineInterface(new GatewayAssembly(), Console.system()).commands();

    @Test
    void thereIsAPageForEachCommandHoweverDeep() {
        Map<String, String> pages = ManualPages.pages(commands, "2026-11-27", "1.2.3");

        assertThat(pages)
                .containsKeys("postseal", "postseal-run", "postseal-cert-import", "postseal-policy-import-exchange");
        assertThat(pages.get("postseal")).contains(".BR postseal\\-run (1)\n");
        assertThat(pages.get("postseal-run"))
                .startsWith(".TH \"POSTSEAL\\-RUN\" 1 \"2026\\-11\\-27\" \"Postseal 1.2.3\" \"Postseal\"\n")
                .contains("\\fB\\-\\-log\\-format\\fR \\fItext|json\\fR\n")
                .contains(".BR postseal (1)\n");
        assertThat(ManualPages.pages(commands, "2026-11-27", "1.2.3")).isEqualTo(pages);
    }

    /** The page would show an unknown variable or a request that stands there by mistake. */
    @Test
    void everyLineIsARequestThatWeWriteOrText() {
        ManualPages.pages(commands, "2026-11-27", "1").forEach((name, page) -> {
            assertThat(page.lines()
                            .filter(line -> line.startsWith(".") || line.startsWith("'"))
                            .map(line -> line.split(" ", -1)[0]))
                    .as(name)
                    .isSubsetOf(".TH", ".nh", ".ad", ".SH", ".TP", ".PP", ".B", ".BR", ".nf", ".fi");
            assertThat(page).as(name).doesNotContain("${", "@|");
        });
    }

    /** The first line of the description stands alone in the list of commands and at the head of the page. */
    @Test
    void whatACommandDoesIsSaidInAWholeSentence() {
        assertThat(all(commands)
                        .map(each -> each.getCommandSpec().usageMessage().description()[0]))
                .hasSizeGreaterThan(60)
                .allMatch(summary -> summary.endsWith("."));
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(ManualPagesTest::all));
    }

    @Test
    void whatLooksLikeARequestIsText() {
        String page = new ManualPage(new CommandLine(new Awkward())).text("today", "1");

        assertThat(page)
                .contains("\n\\&.so /etc/passwd\n", "\n\\&'quoted'\n", "\na \\eback\\eslash \\- and a minus\n")
                .contains(".TP\n\\fB\\-o\\fR\nends with \\&.\n".replace("\\&.", "."));
    }

    @Test
    void theCompletionKnowsCommandsAndOptions() {
        assertThat(ManualPages.completion(commands))
                .contains("complete -F _complete_postseal", "import-exchange", "'--log-format'");
    }

    @Command(
            name = "awkward",
            description = {".so /etc/passwd", "'quoted'", "a \\back\\slash - and a minus"})
    private static final class Awkward implements Runnable {
        @Option(names = "-o", description = "ends with .")
        private boolean isSet;

        @Override
        public void run() {
            throw new IllegalStateException("never run: " + isSet);
        }
    }
}
