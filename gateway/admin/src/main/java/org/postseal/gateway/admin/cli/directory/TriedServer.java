package org.postseal.gateway.admin.cli.directory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.directory.CertificateExplanation;
import org.postseal.certstore.directory.CertificateExplanation.Line;
import org.postseal.certstore.directory.CertificateExplanation.Reply;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.LdapUrl;
import org.postseal.certstore.remote.ldap.ProbeStep;
import org.postseal.certstore.remote.sync.DirectoryProbe;
import org.postseal.gateway.admin.cli.cert.CertExplainCommand;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import org.postseal.gateway.config.DirectoryConfig;

/**
 * The result of trying one server.
 *
 * @param url which of the URLs of that server; empty for a question to whichever server answers
 */
record TriedServer(String name, String url, List<Step> steps) {
    TriedServer {
        steps = List.copyOf(steps);
    }

    /**
     * One step.
     *
     * @param hint what to do about a failure; empty if the step did not fail
     * @param lines the certificates found, for the step that looks them up
     */
    record Step(String name, boolean isFailed, Duration time, String words, String hint, Optional<List<Line>> lines) {}

    /** Tries every URL of a directory server, then looks the address up at the first that answers. */
    static List<TriedServer> ldap(StoreAccess store, LdapSettings settings, Optional<MailAddress> address) {
        List<TriedServer> tried = new ArrayList<>();
        try (LdapConnections connections = ServerChoice.connections(settings)) {
            for (LdapUrl url : settings.servers().urls()) {
                List<Step> steps = DirectoryProbe.of(connections, url).stream()
                        .map(step -> step(step, settings.name()))
                        .toList();
                tried.add(new TriedServer(settings.name(), url.toString(), steps));
            }
        }
        boolean answers = tried.stream().anyMatch(each -> each.failure().isEmpty());
        if (address.isPresent() && answers) {
            String hint = "postseal cert explain " + address.get() + " says more";
            tried.add(new TriedServer(
                    settings.name(),
                    "",
                    List.of(lookUp(store, DirectoryConfig.LDAP + settings.name(), address.get(), hint))));
        }
        return tried;
    }

    /** Tries DNS. Without an address it asks for a name that provably does not exist. */
    static TriedServer dns(StoreAccess store, Optional<MailAddress> address) {
        return new TriedServer(
                DirectoryConfig.SMIMEA,
                "",
                List.of(lookUp(
                        store,
                        DirectoryConfig.SMIMEA,
                        address.orElse(NOBODY),
                        "do the name servers directory.smimea.resolvers answer, and pass DNSSEC's records on?")));
    }

    String label() {
        return url.isEmpty() ? name : name + " " + url;
    }

    Optional<Step> failure() {
        return steps.stream().filter(Step::isFailed).findFirst();
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("server", name);
        members.put("url", url);
        members.put("ok", failure().isEmpty());
        members.put("steps", steps.stream().map(TriedServer::members).toList());
        return members;
    }

    private static Map<String, Object> members(Step step) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("step", step.name());
        members.put("ok", !step.isFailed());
        members.put("milliseconds", step.time().toMillis());
        members.put("text", step.words());
        step.lines()
                .ifPresent(lines -> members.put(
                        "certificates",
                        lines.stream().map(CertExplainCommand::members).toList()));
        return members;
    }

    private static Step step(ProbeStep step, String server) {
        return new Step(
                step.kind().text(),
                step.failure().isPresent(),
                step.time(),
                step.words(),
                step.failure().map(failure -> ServerHints.of(failure, server)).orElse(""),
                Optional.empty());
    }

    private static Step lookUp(StoreAccess store, String source, MailAddress address, String hint) {
        return store.inDirectory(directory -> {
            long start = System.nanoTime();
            CertificateExplanation explanation = directory.explain(source, address, store.now());
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            String step = "look up " + address;
            return switch (explanation.sources().getFirst().reply()) {
                case Reply.Answered(boolean _, List<Line> lines) ->
                    new Step(step, false, time, words(lines), "", Optional.of(lines));
                case Reply.Failed(String why) ->
                    new Step(step, true, time, withoutName(source, why), hint, Optional.empty());
                case Reply.NotCovered() ->
                    new Step(step, false, time, "is not asked for this domain", "", Optional.empty());
            };
        });
    }

    // Each method that passed the message on has put the name of the source before it
    private static String withoutName(String source, String why) {
        return why.replaceFirst("^(" + Pattern.quote(source) + ":? )+", "");
    }

    private static String words(List<Line> lines) {
        List<String> words = new ArrayList<>();
        words.add(Options.count(lines, "certificate"));
        for (Line line : lines) {
            words.add(CertificateName.brief(line.id()) + " until " + Validity.day(line.notAfter()) + ": "
                    + (line.status() instanceof CertificateStatus.Usable
                            ? "usable"
                            : line.status().text()));
        }
        return String.join("; ", words);
    }

    /** An address in a signed zone that has no such name. */
    private static final MailAddress NOBODY = MailAddress.of("nobody@arpa");
}
