package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.format.BundleElement.CertificateElement;
import org.postseal.certstore.format.ReadOptions;
import org.postseal.gateway.admin.cli.cert.ImportFiles;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.Secrets;

/** Lists the steps that make a gateway, by the commands that an administrator would type. */
final class GatewaySteps {
    private final Site site;
    private final StoreAccess store;
    private final SetupPlaces places;
    private final Answers answers;
    private final ConfigFiles files;

    GatewaySteps(Site site, Answers answers, ConfigFiles files) {
        this.site = site;
        this.store = site.store();
        this.places = site.places();
        this.answers = answers;
        this.files = files;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        List<Path> folders = Stream.of(places.anchors(), places.log(), places.kept())
                .distinct()
                .toList();
        steps.add(new Step(
                "the folders " + Printable.list(folders),
                () -> folders.stream().allMatch(Files::isDirectory),
                () -> folders.forEach(
                        each -> FileWork.change(each + " cannot be made", () -> Files.createDirectories(each)))));
        secrets(steps);
        for (SetupFile file : List.of(files.policy, files.policyTests, files.config)) {
            String copy = file.state() == SetupFile.State.SHIPPED ? ", with a copy of the package's" : "";
            steps.add(new Step(file.file() + copy, file::isDone, file::write));
        }
        steps.add(new Step(
                "the master key " + places.masterKey(),
                () -> Files.exists(masterKey()),
                () -> site.run(List.of("key", "init"), List.of())));
        switch (answers.authority()) {
            case OWN -> own(steps);
            case OTHER -> other(steps);
            case LATER -> {}
        }
        return steps;
    }

    /** Tells what is there in part, and cannot be completed. */
    void judge(SetupProblems problems) {
        if (Files.notExists(masterKey()) && holdsKeys()) {
            problems.add(
                    ExitCode.CONFIG,
                    "the database holds private keys, and there is no master key " + masterKey(),
                    "put the master key that wrapped them there");
        }
        if (hasAuthority()
                && Files.notExists(places.issuingPassphrase())
                && !lacking().isEmpty()) {
            problems.add(
                    ExitCode.CONFIG,
                    "there is an authority in " + places.authority() + ", and no file with its passphrase",
                    "write it into " + places.issuingPassphrase() + " (mode 0600), or leave out --user");
        }
    }

    private boolean holdsKeys() {
        DatabasePlace place = Optional.of(files.config)
                .filter(SetupFile::isDone)
                .flatMap(_ -> store.config().directory().database())
                .orElseGet(() -> new DatabasePlace.InFile(places.database()));
        CertificateDatabase.Options options = new CertificateDatabase.Options(store.patience(), 1);
        try {
            if (place.isMissing(options)) {
                return false;
            }
            try (CertificateDatabase database = place.openReading(options)) {
                return !database.wrappedKeys().list(Optional.empty(), 1).isEmpty();
            }
        } catch (DatabaseException e) {
            throw CommandFailure.of(e);
        }
    }

    /** Makes files that the configuration names, before it is there, and gives them to the service. */
    private void secrets(List<Step> steps) {
        for (RolloutFile secret : files.secrets()) {
            Path file = places.config().resolveSibling(secret.name());
            steps.add(new Step("a secret in " + file, () -> Files.exists(file), () -> {
                try (OutputFile output = OutputFile.write(file, secret.octets(), SECRET, false)) {
                    output.ownedAs(places.state()).publish();
                }
            }));
        }
    }

    private void own(List<Step> steps) {
        for (Path file : List.of(places.rootPassphrase(), places.issuingPassphrase())) {
            steps.add(new Step(
                    "a passphrase in " + file,
                    () -> Files.exists(file) || hasAuthority(),
                    () -> OutputFile.make(file, Secrets.line(), SECRET, false)));
        }
        CaSettings settings = answers.settings();
        steps.add(new Step(
                hasAuthority()
                        ? "the authority in " + places.authority()
                        : "an authority of " + Printable.line(settings.organization()) + " in " + places.authority(),
                this::hasAuthority,
                () -> site.run(
                        List.of("ca", "init"),
                        List.of(
                                "--organization=" + settings.organization(),
                                "--country=" + settings.country(),
                                "--url=" + settings.url(),
                                "--root-passphrase-file=" + places.rootPassphrase(),
                                "--passphrase-file=" + places.issuingPassphrase()))));
        trust(
                steps,
                List.of(
                        places.authority().resolve("root.pem").toString(),
                        places.authority().resolve("issuing.pem").toString()));
        if (!answers.users().isEmpty()) {
            steps.add(new Step(
                    "keys and certificates of " + Printable.list(answers.users()),
                    () -> lacking().isEmpty(),
                    () -> site.run(
                            List.of("ca", "issue", "--passphrase-file=" + places.issuingPassphrase(), "--"),
                            lacking().stream().map(MailAddress::toString).toList())));
        }
    }

    private void other(List<Step> steps) {
        trust(steps, answers.trust());
        List<String> command = List.of("key", "import");
        List<String> rehearsal = Site.words(List.of("key", "import", "--dry-run"), answers.keys());
        steps.add(new Step(
                "the keys in " + Printable.list(answers.keys()),
                () -> isReady()
                        && site.printed(rehearsal)
                                .filter(said -> said.lines().noneMatch(line -> line.startsWith("added ")))
                                .isPresent(),
                () -> site.run(command, answers.keys())));
    }

    private void trust(List<Step> steps, List<String> certificates) {
        steps.add(new Step(
                "trust in the authority, as collection " + ConfigFiles.OWN,
                () -> isReady() && isTrusted(certificates),
                () -> site.run(List.of("trust", "import", ConfigFiles.OWN), certificates)));
    }

    private boolean isTrusted(List<String> files) {
        ImportFiles read = ImportFiles.read(store, files, Optional.empty(), ReadOptions.strict());
        List<MailCertificate> wanted = read.contents().stream()
                .flatMap(each -> each.certificates().stream())
                .map(CertificateElement::certificate)
                .toList();
        return !read.hasProblems()
                && store.read(database ->
                                database.read(contents -> contents.trust().find(ConfigFiles.OWN)))
                        .filter(there -> Stream.concat(there.anchors().stream(), there.intermediates().stream())
                                .collect(Collectors.toSet())
                                .containsAll(wanted))
                        .isPresent();
    }

    /** Returns the users who have no key yet. */
    private List<MailAddress> lacking() {
        if (!isReady()) {
            return answers.users();
        }
        return answers.users().stream().filter(user -> !hasKey(user)).toList();
    }

    private boolean hasKey(MailAddress user) {
        return store.read(database -> database.read(
                contents -> !contents.wrappedKeys().usableFor(user).isEmpty()));
    }

    private boolean hasAuthority() {
        return Files.exists(places.authority());
    }

    /** Returns true if a configuration, a master key and a database are there. */
    private boolean isReady() {
        return files.config.isDone() && Files.exists(masterKey()) && store.hasDatabase();
    }

    /** Returns the master key of the configuration that is there, or shall be. */
    private Path masterKey() {
        return files.config.state() == SetupFile.State.CHANGED
                ? store.config().directory().masterKey().orElse(places.masterKey())
                : places.masterKey();
    }

    private static final String SECRET = "rw-------";
}
