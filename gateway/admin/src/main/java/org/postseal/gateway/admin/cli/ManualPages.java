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

/**
 * {@code bin/package} runs this class. It makes a manual page for each command and the shell completion out of the
 * commands themselves.
 */
final class ManualPages {
    private ManualPages() {}

    /**
     * Takes three arguments: the folder for the pages, the folder for the completion, and the date for the pages.
     *
     * @throws IOException when a file cannot be written
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

    /** Returns the pages by name ({@code postseal-cert-import}); a parent comes before its subcommands. */
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

    static String completion(CommandLine commands) {
        return AutoComplete.bash("postseal", commands);
    }
}
