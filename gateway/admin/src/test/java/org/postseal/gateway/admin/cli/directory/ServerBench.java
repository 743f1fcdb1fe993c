package org.postseal.gateway.admin.cli.directory;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.admin.cli.CommandBench;

/** Runs commands on a database and directory servers. */
final class ServerBench {
    private ServerBench() {}

    /** Makes a bench with these servers below {@code directory.ldap}, and a file with the password of their account. */
    static CommandBench with(Path folder, String... servers) {
        CommandBench bench = new CommandBench(folder);
        bench.write("ldap.password", MemoryDirectory.PASSWORD + "\n");
        configure(bench, servers);
        return bench;
    }

    static void configure(CommandBench bench, String... servers) {
        bench.configure("""
                trust: { collections: [partners] }
                revocation: { outbound: "off", inbound: "off" }
                directory:
                  database: directory.db
                  masterKey: master.key
                  ldap:
                """ + String.join("", servers));
    }

    /** Replaces what differs from run to run: times, the width of columns, ports. */
    static List<String> steady(List<String> lines, int... ports) {
        return lines.stream()
                .map(line -> {
                    String steady = line.replaceAll("\\d+ ms", "N ms").replaceAll("(\"milliseconds\": )\\d+", "$1N");
                    for (int port : ports) {
                        steady = steady.replace(":" + port, ":PORT");
                    }
                    // The blanks before the text stay, since they say where a line belongs
                    int text = steady.length() - steady.stripLeading().length();
                    return steady.substring(0, text) + steady.substring(text).replaceAll(" {2,}", " ");
                })
                .toList();
    }
}
