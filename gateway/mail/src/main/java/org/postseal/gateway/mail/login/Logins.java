package org.postseal.gateway.mail.login;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.mail.Login;

/**
 * Knows who may log in on a listener. Immutable and thread-safe; its text form holds only the number of users.
 *
 * <p>Comparing a password is costly on purpose. So at most half of the processors do it at a time, first come, first
 * served. Somebody who tries passwords on many connections delays other logins, but no mail.
 */
public final class Logins {
    private final Map<String, User> users;
    private final PasswordHash nobody;

    Logins(List<User> users) {
        this.users = users.stream()
                .collect(Collectors.toUnmodifiableMap(user -> user.login().user(), Function.identity()));
        this.nobody = PasswordHash.ofNobody(users.stream()
                .map(user -> user.hash().iterations())
                .max(Comparator.naturalOrder())
                .orElseThrow());
    }

    record User(Login login, PasswordHash hash) {}

    /** Returns the login if this is the user's password. The check takes as long for a user that does not exist. */
    public Optional<Login> check(String user, String password) {
        Optional<User> known = Optional.ofNullable(users.get(key(user)));
        PasswordHash hash = known.map(User::hash).orElse(nobody);
        boolean isRight;
        TURNS.acquireUninterruptibly();
        try {
            isRight = hash.matches(password);
        } finally {
            TURNS.release();
        }
        return known.filter(_ -> isRight).map(User::login);
    }

    /** Returns the login of a user for whose identity somebody else vouches. */
    public Optional<Login> known(String user) {
        return Optional.ofNullable(users.get(key(user))).map(User::login);
    }

    static String key(String user) {
        return user.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Logins logins && users.equals(logins.users);
    }

    @Override
    public int hashCode() {
        return users.hashCode();
    }

    @Override
    public String toString() {
        return users.size() + " users";
    }

    private static final Semaphore TURNS =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
}
