package org.postseal.certstore.database;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to connect to a database of PostgreSQL.
 *
 * @param passwordFile a file whose first line is the password; it is read for each connection, so that it may change
 * @param isTls whether the connection must be encrypted, and the server's certificate must name the host
 * @param trust the authorities of the server's certificate, in PEM; if empty, those that the JVM knows
 */
public record PostgresSettings(
        PostgresAddress address, Optional<Path> passwordFile, boolean isTls, Optional<Path> trust) {}
