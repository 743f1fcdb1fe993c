package org.postseal.gateway.cli.directory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.source.ldap.LdapConnections;
import org.postseal.certstore.source.ldap.LdapFailureException;
import org.postseal.certstore.source.ldap.LdapPublisher;
import org.postseal.certstore.source.ldap.LdapSettings;
import org.postseal.certstore.source.ldap.PublishPlan;
import org.postseal.gateway.cli.AddressConverter;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.JsonText;
import org.postseal.gateway.config.DirectoryConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal directory publish}. */
@Command(
        name = "publish",
        description =
                "Write a user's certificates into his directory entry, and take out what is of no more use there.",
        footer = {
            "",
            "userCertificate gets the certificate; expired and superseded ones go, at most 15 stay. userSMIMECertificate is signed with the user's own",
            "key, and stays as it is where the gateway has none. All of it happens in one step or not at all.",
            "Exit code: 0 done, or nothing to do; 65 refused; 69 the server does not answer; 75 somebody else changed the entry.",
            "",
            "  postseal directory publish alice@example.com --dry-run"
        })
final class DirectoryPublishCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", converter = AddressConverter.class, description = "whose entry")
    private MailAddress address = MailAddress.of("unset@unset.invalid");

    @Option(names = "--server", paramLabel = "NAME", description = "below directory.ldap; default: the only one")
    private @Nullable String server;

    @Option(
            names = "--certificate",
            paramLabel = "CERT",
            description = "instead of the one that is chosen to encrypt to him with, may be repeated: "
                    + CertificateName.HELP)
    private List<String> certificates = new ArrayList<>();

    @Option(names = "--clear-smime", description = "empty userSMIMECertificate instead of writing it")
    private boolean clearsSmime;

    @Option(
            names = "--bind-dn",
            paramLabel = "DN",
            description = "an account that may write, with --password-file; default: bindDn of the configuration")
    private @Nullable String bindDn;

    @Option(names = "--password-file", paramLabel = "FILE", description = "file with the password of --bind-dn")
    private @Nullable Path passwordFile;

    @Option(names = "--dry-run", description = "say what would be done, and do nothing")
    private boolean isRehearsal;

    @Mixin
    private Options.Json json = new Options.Json();

    @Mixin
    private Options.Note note = new Options.Note();

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    DirectoryPublishCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        if ((bindDn == null) != (passwordFile == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--bind-dn and --password-file need each other");
        }
        LdapSettings settings = account(settings());
        Publication publication =
                store.inDirectory(directory -> Publication.of(store, directory, address, certificates, clearsSmime));
        try (LdapConnections connections = ServerChoice.connections(settings)) {
            LdapPublisher publisher = new LdapPublisher(connections);
            PublishPlan plan = plan(publisher, publication, settings);
            boolean isDone = !isRehearsal && plan.changesSomething();
            if (!json.isWanted()) {
                PlanView.tell(store, settings.name(), plan, publication);
            }
            if (isDone) {
                apply(publisher, plan, settings);
            }
            store.out()
                    .println(
                            json.isWanted()
                                    ? JsonText.of(PlanView.members(settings.name(), plan, publication, isDone))
                                    : PlanView.outcome(plan, isDone));
            return ExitCode.OK;
        }
    }

    private LdapSettings settings() {
        Map<String, LdapSettings> all = new LinkedHashMap<>();
        DirectoryConfig config = store.config().directory();
        config.ldap().forEach(each -> all.put(each.name(), each));
        if (all.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "no directory server is configured",
                    "directory.ldap in the configuration names them; see docs/configuration.md");
        }
        if (server == null && all.size() > 1) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there are several directory servers: " + String.join(", ", all.keySet()),
                    "name one with --server");
        }
        Optional<String> named = Optional.ofNullable(server);
        return ServerChoice.of(all, named.stream().toList()).values().iterator().next();
    }

    private LdapSettings account(LdapSettings configured) {
        if (bindDn == null || passwordFile == null) {
            return configured;
        }
        return configured.with(new LdapSettings.Credentials(bindDn, passwordFile));
    }

    private PublishPlan plan(LdapPublisher publisher, Publication publication, LdapSettings settings) {
        try {
            return publisher.plan(address, publication.certificates(), publication.smime(), store.now());
        } catch (LdapFailureException e) {
            throw failure(e, settings, false);
        }
    }

    private void apply(LdapPublisher publisher, PublishPlan plan, LdapSettings settings) {
        String object = "address:" + address;
        store.inDatabase(database -> {
            // first: it may be recorded and fail, but not succeed unrecorded
            store.record(database, note.text(), "directory-publish", object, PlanView.details(settings.name(), plan));
            try {
                publisher.apply(plan);
            } catch (LdapFailureException e) {
                store.record(
                        database,
                        note.text(),
                        "directory-publish-failed",
                        object,
                        List.of("server " + settings.name(), e.getMessage()));
                throw failure(e, settings, true);
            }
            return true;
        });
    }

    private static CommandFailure failure(LdapFailureException e, LdapSettings settings, boolean isWriting) {
        int code = switch (e.failure()) {
            case NO_ENTRY, AMBIGUOUS, OVER_LIMIT, REFUSED, CREDENTIALS_REFUSED, NO_BASE -> ExitCode.REFUSED;
            case CHANGED_MEANWHILE, BUSY, CLOSED -> ExitCode.TRY_AGAIN;
            case MISCONFIGURED -> ExitCode.CONFIG;
            case UNREACHABLE, UNTRUSTED, NO_TLS, TIMED_OUT, MALFORMED, REFERS_ELSEWHERE, NOT_EXPANDABLE, FAILED ->
                ExitCode.UNAVAILABLE;
        };
        return new CommandFailure(
                code,
                settings.name() + " " + Printable.line(e.getMessage()),
                ServerHints.ofPublishing(e.failure(), settings.name(), isWriting));
    }
}
