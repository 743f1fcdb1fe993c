/**
 * The gateway's own store. It is one SQLite file, or a database of PostgreSQL, with certificates and their origins,
 * pins, blocks, mappings, trust collections, remembered capabilities, cached revocation answers, mirrored entries of
 * directory servers, harvested certificates and wrapped private keys.
 *
 * <p>{@code CertificateDatabase} is the entry point. Its contents are reached through one class per subject. Called
 * directly, each method is a transaction of its own; called inside {@code write}, all of them are one transaction. The
 * SQL is written so that both engines take it; what differs between them stands behind {@code Engine}.
 */
@NullMarked
package org.postseal.certstore.database;

import org.jspecify.annotations.NullMarked;
