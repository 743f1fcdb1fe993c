package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import picocli.AutoComplete;
import picocli.CommandLine;

/** What {@code bin/package} runs: a manual page for each command and the shell's completion, both made of the commands themselves. */
final class ManualPages {
    private ManualPages() {}

    /**
     * Arguments: two folders, for the pages and for the completion, and the date that stands in the pages.
     *
     * @throws IOException when one of them cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        CommandLine commands = new CommandLineInterface(new GatewayAssembly(), Console.system()).commands();
        for (Map.Entry<String, String> page :
                pages(commands, arguments[2], VersionCommand.version()).entrySet()) {
            Files.writeString(Path.of(arguments[0]).resolve(page.getKey() + ".1"), page.getValue());
        }
        Files.writeString(Path.of(arguments[1]).resolve("postseal"), completion(commands));
        System.exit(0);
    }

    /** By name ({@code postseal-cert-import}), the parent before its commands. */
    static Map<String, String> pages(CommandLine commands, String date, String version) {
        Map<String, String> pages = new LinkedHashMap<>();
        add(commands, date, version, pages);
        return pages;
    }

    private static void add(CommandLine command, String date, String version, Map<String, String> pages) {
        ManualPage page = new ManualPage(command);
        pages.put(page.name(), page.text(date, version));
        for (CommandLine subcommand : command.getSubcommands().values()) {
            if (!subcommand.getCommandSpec().usageMessage().hidden()) {
                add(subcommand, date, version, pages);
            }
        }
    }

    /** For bash. */
    static String completion(CommandLine commands) {
        return AutoComplete.bash("postseal", commands);
    }
}
