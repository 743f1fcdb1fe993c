package org.postseal.gateway.admin.cli.directory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.remote.ldap.LdapConnections;
import org.postseal.certstore.remote.ldap.LdapPublisher;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.certstore.remote.ldap.PublishPlan;
import org.postseal.gateway.admin.cli.cert.ExportedCertificates;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "publish",
        description = "Write users' certificates into their directory entries,"
                + " and remove those that are of no more use there.",
        footer = {
            "",
            "The certificate is added to userCertificate;"
                    + " expired and superseded ones are removed, and at most 15 stay. userSMIMECertificate is",
            "signed with the user's own key, or stays as it is if the gateway has no such key."
                    + " An entry is changed in one step or not at all.",
            "--format ldif writes the change to a file for somebody else to make."
                    + " --format powershell asks no server: it is for mailboxes that are",
            "only in Exchange Online, and for partners, whose certificates it also takes from mail.",
            "Exit code: 0 done, or nothing to do; 65 refused;"
                    + " 69 the server does not answer; 75 somebody else changed the entry.",
            "",
            "  postseal directory publish alice@example.com --dry-run",
            "  postseal directory publish --all",
            "  postseal directory publish bob@partner.example --format powershell -o recipients.ps1"
        })
final class DirectoryPublishCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(arity = "0..*", paramLabel = "ADDRESS", description = "the users whose entries are written")
    private List<MailAddress> addresses = new ArrayList<>();

    @Option(
            names = "--all",
            description = "write the entry of every user with a certificate in our own store that has not expired")
    private boolean isForAll;

    @Option(
            names = "--server",
            paramLabel = "NAME",
            description = "the server, as named below directory.ldap; default: the only one")
    private @Nullable String serverName;

    @Option(
            names = "--certificate",
            paramLabel = "CERT",
            description = "publish this certificate instead of the one that mail"
                    + " to the user is encrypted with; may be repeated: "
                    + CertificateName.HELP)
    private List<String> certificates = new ArrayList<>();

    @Option(names = "--clear-smime", description = "empty userSMIMECertificate instead of writing it")
    private boolean clearsSmime;

    @Option(names = "--format", paramLabel = "ldif|powershell", description = "write a file instead of the entry")
    private @Nullable Format format;

    @Mixin
    private Options.Output output = new Options.Output();

    @Option(
            names = "--bind-dn",
            paramLabel = "DN",
            description = "an account that may write, with --password-file; default: bindDn of the configuration")
    private @Nullable String bindDn;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "file whose first line is the password of --bind-dn")
    private @Nullable Path passwordFile;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    @Mixin
    private Options.Json json = new Options.Json();

    @Mixin
    private Options.Note note = new Options.Note();

    enum Format {
        LDIF,
        POWERSHELL
    }

    DirectoryPublishCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        demandOptions();
        // Problems with the settings are told before problems with a user's certificate
        Optional<LdapSettings> server = format == Format.POWERSHELL
                ? Optional.empty()
                : Optional.of(account(ServerChoice.one(store, Optional.ofNullable(serverName))));
        Failures failures = new Failures(store, !isForAll && addresses.size() == 1);
        Map<MailAddress, Publication> publications = publications(failures);
        if (publications.isEmpty() && failures.exitCode() == ExitCode.OK) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "nobody has a certificate in our own store to publish",
                    "postseal cert list --source own");
        }
        if (server.isEmpty()) {
            failures.endIfAny();
            return file(PublicationFiles.powershell(publications), publications.size());
        }
        LdapSettings settings = server.get();
        try (LdapConnections connections = ServerChoice.connections(settings)) {
            EntryPublisher publisher = new EntryPublisher(store, settings, new LdapPublisher(connections));
            if (format == Format.LDIF) {
                List<PublishPlan> plans = new ArrayList<>();
                publications.forEach(
                        (address, each) -> failures.collect(address, () -> plans.add(publisher.plan(address, each))));
                failures.endIfAny();
                return file(
                        PublicationFiles.ldif(plans),
                        Math.toIntExact(plans.stream()
                                .filter(PublishPlan::changesSomething)
                                .count()));
            }
            List<Map<String, Object>> told = new ArrayList<>();
            publications.forEach((address, each) ->
                    failures.collect(address, () -> told.add(publish(publisher, address, each, settings))));
            if (json.isWanted()) {
                store.out().println(JsonText.of(!isForAll && addresses.size() == 1 ? told.getFirst() : told));
            }
        }
        return failures.exitCode();
    }

    private Map<String, Object> publish(
            EntryPublisher publisher, MailAddress address, Publication publication, LdapSettings settings) {
        PublishPlan plan = publisher.plan(address, publication);
        boolean isDone = !dryRun.isWanted() && plan.changesSomething();
        if (!json.isWanted()) {
            PlanView.tell(store, settings.name(), plan, publication);
        }
        if (isDone) {
            publisher.apply(address, plan, note.text());
        }
        if (!json.isWanted()) {
            store.out().println(PlanView.outcome(plan, isDone));
        }
        return PlanView.members(settings.name(), plan, publication, isDone);
    }

    private void demandOptions() {
        if (addresses.isEmpty() != isForAll) {
            throw new WrongUse("give addresses, or --all");
        }
        if (!certificates.isEmpty() && (isForAll || addresses.size() > 1)) {
            throw new WrongUse("--certificate is for one address");
        }
        if ((bindDn == null) != (passwordFile == null)) {
            throw new WrongUse("--bind-dn and --password-file need each other");
        }
        if (format == null && output.isWanted()) {
            throw new WrongUse("-o needs --format");
        }
        if (format != null && (dryRun.isWanted() || json.isWanted())) {
            throw new WrongUse("--format writes a file and nothing else: no --dry-run, no --json");
        }
    }

    private Map<MailAddress, Publication> publications(Failures failures) {
        List<MailAddress> whom = isForAll
                ? store.read(this::ours)
                : addresses.stream().distinct().toList();
        Map<MailAddress, Publication> publications = new LinkedHashMap<>();
        return store.inDirectory(directory -> {
            for (MailAddress each : whom) {
                try {
                    publications.put(
                            each,
                            Publication.of(
                                    store, directory, each, certificates, clearsSmime, format == Format.POWERSHELL));
                } catch (CommandFailure e) {
                    if (isForAll && e.exitCode() == ExitCode.REFUSED) {
                        // With --all, an address with nothing to publish is no failure; its certificate may be revoked.
                        store.warn(String.valueOf(e.getMessage()));
                    } else {
                        failures.add(each, e);
                    }
                }
            }
            return publications;
        });
    }

    private List<MailAddress> ours(CertificateDatabase database) {
        return ExportedCertificates.ofSource(database, "own").stream()
                .filter(each -> !each.notAfter().isBefore(store.now())
                        && each.whyNot(CertificatePurpose.ENCRYPT).isEmpty())
                .map(each -> each.addresses().stream().findFirst())
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private int file(byte[] octets, int count) {
        output.write(octets, "certificates of " + Options.count(count, "recipient"), store.out());
        return ExitCode.OK;
    }

    private LdapSettings account(LdapSettings configured) {
        if (bindDn == null || passwordFile == null) {
            return configured;
        }
        return configured.with(new LdapSettings.Credentials(bindDn, passwordFile));
    }
}
