package org.postseal.gateway.admin.cli.directory;

import java.nio.file.Path;
import java.util.List;
import org.postseal.gateway.admin.cli.CommandBench;

/** Commands on a database and directory servers. */
final class ServerBench {
    private ServerBench() {}

    /** With these below {@code directory.ldap}, and the password of their account. */
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

    /** Lines with what differs from run to run made the same: times, columns as wide as they need, ports. */
    static List<String> steady(List<String> lines, int... ports) {
        return lines.stream()
                .map(line -> {
                    String steady = line.replaceAll("\\d+ ms", "N ms").replaceAll("(\"milliseconds\": )\\d+", "$1N");
                    for (int port : ports) {
                        steady = steady.replace(":" + port, ":PORT");
                    }
                    // what leads a line says where it belongs
                    int text = steady.length() - steady.stripLeading().length();
                    return steady.substring(0, text) + steady.substring(text).replaceAll(" {2,}", " ");
                })
                .toList();
    }
}
