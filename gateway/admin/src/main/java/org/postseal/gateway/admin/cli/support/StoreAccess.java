package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.certstore.database.Transaction;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.config.DirectoryConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.directory.CertificateDirectory;

/**
 * Gives the commands for certificates, keys and trust what they work on. It reads only {@code postseal.yaml}, since a
 * broken policy must not keep anybody from blocking a certificate. If something cannot be opened, the command ends with
 * a message that says why.
 */
public final class StoreAccess extends Shell {
    /** @param configFile the path of {@code postseal.yaml}, available once the command line is read */
    public StoreAccess(Supplier<Path> configFile, Console console, Surroundings surroundings) {
        super(configFile, console, surroundings);
    }

    /**
     * The transaction of a command that changes something. The changes and the records about them are committed
     * together.
     */
    public record Editing(CertificateDatabase database, Transaction contents, Act act) {
        public void record(String action, String object, List<String> details) {
            contents.changeLog()
                    .add(
                            action,
                            Printable.line(object),
                            details.stream().map(Printable::line).toList(),
                            act);
        }
    }

    public <T> T read(Function<CertificateDatabase, T> work) {
        DatabasePlace place = database();
        if (isMissing(place)) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "there is no database yet: " + place,
                    "the first import makes it: postseal cert import FILE");
        }
        return open(place, work);
    }

    /** Opens the database, which is made if it does not exist, and lets the work begin its own transactions. */
    public <T> T inDatabase(Function<CertificateDatabase, T> work) {
        CryptoProviders.install();
        return open(database(), work);
    }

    /** Records, in a separate transaction, an action outside the database. */
    public void record(CertificateDatabase database, String note, String action, String object, List<String> details) {
        database.commit(transaction -> editing(database, transaction, note).record(action, object, details));
    }

    /**
     * Opens the certificate store with all its sources, as the gateway does. Nothing is recorded or learnt. If there is
     * no database yet, none is made.
     */
    public <T> T inDirectory(Function<CertificateDirectory, T> work) {
        CryptoProviders.install();
        GatewayConfig config = config();
        DirectoryConfig wanted = config.directory();
        Optional<DatabasePlace> missing = wanted.database().filter(this::isMissing);
        if (missing.isPresent()) {
            warn("there is no database yet: " + missing.get());
            wanted = wanted.withoutDatabase();
        }
        return switch (CertificateDirectory.open(wanted, config.storeDirectory(), clock())) {
            case CertificateDirectory.Result.Opened(CertificateDirectory directory) -> {
                try (directory) {
                    yield work.apply(directory);
                }
            }
            case CertificateDirectory.Result.Refused(List<CertificateDirectory.Fault> faults) -> {
                faults.forEach(fault -> problem(fault.toString()));
                throw new CommandFailure(
                        ExitCode.CONFIG, Options.count(faults, "problem") + " in the certificate store, see above");
            }
        };
    }

    /** Changes the database; nothing changes if {@code work} throws. */
    public <T> T change(String note, Function<Editing, T> work) {
        return open(
                database(),
                database -> database.write(transaction -> work.apply(editing(database, transaction, note))));
    }

    /** Changes the database, or makes the same changes and takes every one of them back. */
    public <T> T change(boolean isRehearsal, String note, Function<Editing, T> work) {
        return isRehearsal ? rehearse(note, work) : change(note, work);
    }

    /** Does the same as {@link #change(String, Function)}, and leaves no trace of the old content on the disk. */
    public <T> T changeWithoutTrace(String note, Function<Editing, T> work) {
        return open(database(), database -> {
            T result = database.write(transaction -> work.apply(editing(database, transaction, note)));
            if (!database.emptyLog()) {
                warn(
                        database.file().isPresent()
                                ? "another process is reading the database; what was removed leaves the disk when it is"
                                        + " done"
                                : "what was removed leaves the server's disk when it has cleaned the table and"
                                        + " discarded its log, and is in its backups");
            }
            return result;
        });
    }

    private <T> T rehearse(String note, Function<Editing, T> work) {
        DatabasePlace place = database();
        if (!isMissing(place)) {
            return rehearse(place, note, work);
        }
        // Without a database the work runs in a temporary one, so that none is left afterwards
        try {
            Path folder = Files.createTempDirectory("postseal-");
            Path substitute = folder.resolve("directory.db");
            try {
                return rehearse(new DatabasePlace.InFile(substitute), note, work);
            } finally {
                Files.deleteIfExists(substitute);
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, "no room for a dry run: " + e);
        }
    }

    private <T> T rehearse(DatabasePlace place, String note, Function<Editing, T> work) {
        List<T> result = new ArrayList<>(1);
        try {
            this.<T>open(
                    place,
                    database -> database.write(transaction -> {
                        result.add(work.apply(editing(database, transaction, note)));
                        throw new Rehearsed();
                    }));
        } catch (Rehearsed asPlanned) {
            // The transaction was rolled back
        }
        return result.getFirst();
    }

    public MasterKey masterKey() {
        return masterKey(masterKeyFile(), "make one: postseal key init");
    }

    /**
     * Returns the vault that wraps new keys. It is refused if another master key wraps those of the database: one
     * gateway would open these keys, and another one those.
     */
    public KeyVault vault(Editing editing, MasterKey master) {
        return vault(editing.database(), editing.contents(), master);
    }

    /** Returns the vault as {@link #vault(Editing, MasterKey)} does, outside the transaction of a command. */
    public KeyVault vault(CertificateDatabase database, Contents contents, MasterKey master) {
        KeyVault vault = new KeyVault(database, master);
        if (vault.isOfAnotherMaster(contents)) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    masterKeyFile() + " is not the master key that wrapped the keys of the database",
                    "nothing changed; put that one in its place, which the other gateways of a fleet have");
        }
        return vault;
    }

    /**
     * Reads the master key in a file.
     *
     * @param hint what to do if there is no such file
     */
    public static MasterKey masterKey(Path file, String hint) {
        try {
            return MasterKey.read(file);
        } catch (KeyFileException e) {
            throw new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()), Files.exists(file) ? null : hint);
        }
    }

    /** Returns the folder of the journal, which belongs to the user that the gateway runs as. */
    public Path journalFolder() {
        Path folder = config().journal().file().toAbsolutePath().getParent();
        return folder == null ? config().journal().file() : folder;
    }

    /** Returns the path of the master key, whether the file exists or not. */
    public Path masterKeyFile() {
        DatabasePlace _ = database();
        return config().directory().masterKey().orElseThrow(() -> notConfigured("no master key is configured"));
    }

    /** Returns whether a database is configured and has been made. */
    public boolean hasDatabase() {
        return config().directory()
                .database()
                .filter(place -> !isMissing(place))
                .isPresent();
    }

    private DatabasePlace database() {
        return config().directory().database().orElseThrow(() -> notConfigured("no database is configured"));
    }

    private boolean isMissing(DatabasePlace place) {
        try {
            return place.isMissing(options());
        } catch (DatabaseException e) {
            throw CommandFailure.of(e);
        }
    }

    private CertificateDatabase.Options options() {
        return new CertificateDatabase.Options(patience(), 1);
    }

    private CommandFailure notConfigured(String what) {
        return new CommandFailure(
                ExitCode.CONFIG,
                what,
                "add to " + configFile() + ":\n  directory:\n"
                        + (config().fleet().isPresent() ? "" : "    database: /var/lib/postseal/directory.db\n")
                        + "    masterKey: /etc/postseal/master.key");
    }

    private Editing editing(CertificateDatabase database, Transaction transaction, String note) {
        return new Editing(database, transaction, new Act(user(), now(), Printable.line(note)));
    }

    private <T> T open(DatabasePlace place, Function<CertificateDatabase, T> work) {
        try (CertificateDatabase database = place.open(options())) {
            return work.apply(database);
        } catch (DatabaseException e) {
            throw CommandFailure.of(e);
        } catch (StoreUnavailableException e) {
            if (e.getCause() instanceof DatabaseException cause) {
                throw CommandFailure.of(cause);
            }
            throw e;
        }
    }

    /** Rolls back the transaction of a rehearsal. */
    private static final class Rehearsed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
