package org.postseal.gateway.mail.login;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Login;

/**
 * Reads the file of users. Each line is {@code USER:PASSWORD:SENDERS}, with the password as {@link PasswordHash} writes
 * it. Blank lines and lines that begin with {@code #} are skipped.
 */
public final class LoginFile {
    /** Says what came of reading a file. */
    public sealed interface Reading {
        /** The file can be used. */
        record Read(Logins logins) implements Reading {}

        /**
         * The file cannot be used.
         *
         * @param problems all of them, none with a password in it
         */
        record Wrong(List<String> problems) implements Reading {
            public Wrong {
                problems = List.copyOf(problems);
            }
        }
    }

    private final List<String> problems = new ArrayList<>();
    private final List<Logins.User> users = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private LoginFile() {}

    /** Reads the file. It never throws, whatever the file holds and if it is missing. */
    public static Reading read(Path file) {
        LoginFile reader = new LoginFile();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                reader.line(i + 1, lines.get(i).strip());
            }
        } catch (CharacterCodingException notText) {
            return new Reading.Wrong(List.of("is not UTF-8 text"));
        } catch (IOException unreadable) {
            return new Reading.Wrong(List.of("cannot be read"));
        }
        if (reader.problems.isEmpty() && reader.users.isEmpty()) {
            return new Reading.Wrong(List.of("names nobody"));
        }
        return reader.problems.isEmpty()
                ? new Reading.Read(new Logins(reader.users))
                : new Reading.Wrong(reader.problems);
    }

    /**
     * Writes the line of a user.
     *
     * @param senders the addresses from which the user may write; if empty, only that of the user name
     */
    public static String line(String user, PasswordHash password, List<String> senders) {
        return user + ":" + password.text() + (senders.isEmpty() ? "" : ":" + String.join(",", senders));
    }

    /** Returns what is wrong with a line; the list is empty if nothing is. */
    public static List<String> problems(String line) {
        LoginFile reader = new LoginFile();
        reader.line(1, line);
        return List.copyOf(reader.problems);
    }

    private void line(int number, String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        String[] parts = line.split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            problems.add("line " + number + ": must be USER:PASSWORD or USER:PASSWORD:SENDERS");
            return;
        }
        // The text is not shown, since somebody who mistook the columns has their password there.
        if (!USER.matcher(parts[0]).matches()) {
            problems.add("line " + number + ": the user must be 1 to 200 letters, digits and ._%+-@");
            return;
        }
        String user = Logins.key(parts[0]);
        if (!names.add(user)) {
            problems.add("line " + number + ": " + user + " stands in the file twice");
        }
        Optional<PasswordHash> hash = PasswordHash.parse(parts[1]);
        if (hash.isEmpty()) {
            problems.add("line " + number + ": the password is not as 'postseal password' writes it");
        }
        Optional<Login> login = login(number, user, parts.length < 3 ? user : parts[2]);
        if (hash.isPresent() && login.isPresent()) {
            users.add(new Logins.User(login.get(), hash.get()));
        }
    }

    private Optional<Login> login(int number, String user, String senders) {
        Set<MailAddress> addresses = new HashSet<>();
        Set<Domain> domains = new HashSet<>();
        boolean isAnybody = false;
        int before = problems.size();
        for (String word : senders.split(",", -1)) {
            String sender = word.strip();
            if (sender.equals("*")) {
                isAnybody = true;
            } else if (sender.startsWith("@")) {
                Domain.parse(sender.substring(1)).ifPresentOrElse(domains::add, () -> problems.add(noSender(number)));
            } else {
                MailAddress.parse(sender).ifPresentOrElse(addresses::add, () -> problems.add(noSender(number)));
            }
        }
        return problems.size() == before
                ? Optional.of(new Login(user, addresses, domains, isAnybody))
                : Optional.empty();
    }

    private static String noSender(int number) {
        return "line " + number
                + ": who may write as whom must be a list of addresses, @domains or *;"
                + " without one the user must be an address";
    }

    private static final Pattern USER = Pattern.compile("[A-Za-z0-9._%+@-]{1,200}");
}
