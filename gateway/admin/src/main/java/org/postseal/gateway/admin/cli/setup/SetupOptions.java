package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.setup.Answers.Authority;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Option;

/** Holds the answers that the command line gives. */
final class SetupOptions {
    @Option(
            names = "--domain",
            paramLabel = "DOMAIN",
            description = "a mail domain of yours; may be repeated; default: those that this Postfix delivers")
    List<String> domains = new ArrayList<>();

    @Option(
            names = "--authority",
            paramLabel = "WHOSE",
            description = "where users' certificates come from: own, other or later; default: own")
    @Nullable
    Authority authority;

    @Option(
            names = "--user",
            paramLabel = "ADDRESS",
            description = "a user who gets a key and a certificate; may be repeated; for --authority own")
    List<String> users = new ArrayList<>();

    @Option(
            names = "--organization",
            paramLabel = "NAME",
            description = "the organization in the certificates; default: the first domain; for --authority own")
    @Nullable
    String organization;

    @Option(
            names = "--country",
            paramLabel = "CC",
            description = "the two letters of its country, such as DE; for --authority own")
    @Nullable
    String country;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "the http URL at which others will fetch revocation lists; default: http://pki.DOMAIN/")
    @Nullable
    String url;

    @Option(
            names = "--keys",
            paramLabel = "FILE",
            description = "keys of users in PKCS #12, or a folder of such files, each with its password in"
                    + " FILE.password; may be repeated; for --authority other")
    List<String> keys = new ArrayList<>();

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "certificates of the authority; may be repeated; for --authority other")
    List<String> trust = new ArrayList<>();

    @Option(
            names = "--port",
            paramLabel = "NAME=NUMBER",
            description = "another port: submission (default 10024), inbound (10025), back (10026), sent-on (10028),"
                    + " users (587), metrics (9725) or console (9726); may be repeated; default of an earlier setup:"
                    + " the port that it took")
    Map<String, Integer> ports = new LinkedHashMap<>();

    @Option(
            names = "--postfix",
            paramLabel = "DIR",
            description = "the folder of Postfix's main.cf; default: the one that Postfix takes by itself")
    @Nullable
    Path postfix;

    @Option(
            names = "--next-hop",
            paramLabel = "HOST[:PORT]",
            description = "be a relay to this server on another machine, without a Postfix on this one")
    @Nullable
    String nextHop;

    @Option(
            names = "--peer",
            paramLabel = "ADDRESS",
            description = "the IP address or network of a server that sends mail here; may be repeated; for --next-hop")
    List<String> peers = new ArrayList<>();

    @Option(
            names = "--exchange-online",
            paramLabel = "HOST",
            description = "take the mail of an Exchange Online tenant, whose MX this is, and hand it back")
    @Nullable
    String exchangeOnline;

    boolean isRemote() {
        return nextHop != null || exchangeOnline != null;
    }

    /** @throws WrongUse when options do not go together */
    void demandFit() {
        if (Stream.of(nextHop != null, exchangeOnline != null, postfix != null)
                        .filter(each -> each)
                        .count()
                > 1) {
            throw new WrongUse("--next-hop, --exchange-online and --postfix do not go together");
        }
        if (nextHop == null && !peers.isEmpty()) {
            throw new WrongUse("--peer is for --next-hop");
        }
    }
}
