package org.postseal.certstore.database;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postseal.certstore.database.RevocationCache.Answer;
import org.postseal.certstore.database.RevocationCache.Kind;

/**
 * Runs in another process for the tests, as a gateway that is killed, as a command, or as the service user. It prints
 * what it has done.
 */
final class DatabaseProcess {
    private DatabaseProcess() {}

    public static void main(String[] arguments) {
        Path file = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "write-until-killed" -> writeUntilKilled(file, Integer.parseInt(arguments[2]));
            case "write-once" -> writeOnce(file);
            case "hold-turn" -> holdTurn(file, arguments[2]);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Names the first of the two rows that one write makes. */
    static String first(int number) {
        return "first " + number;
    }

    static String second(int number) {
        return "second " + number;
    }

    private static void writeUntilKilled(Path file, int from) {
        CertificateDatabase database = CertificateDatabase.open(file);
        for (int i = from; ; i++) {
            int number = i;
            database.commit(transaction -> {
                transaction.revocation().store(Kind.CRL, first(number), answer());
                transaction.revocation().store(Kind.CRL, second(number), answer());
            });
            System.out.println(i);
        }
    }

    private static void writeOnce(Path file) {
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            database.revocation().store(Kind.CRL, "once", answer());
            System.out.println("written");
        } catch (DatabaseException e) {
            System.out.println(e.fault());
        }
    }

    private static void holdTurn(Path file, String name) {
        CertificateDatabase database = CertificateDatabase.open(file);
        System.out.println(database.turn(name).isPresent() ? "mine" : "taken");
        while (true) {
            LockSupport.park(database);
        }
    }

    private static Answer answer() {
        return new Answer(new byte[500], Instant.EPOCH, Optional.empty(), Instant.EPOCH);
    }
}
