/**
 * The gateway's own store. It is one SQLite file with certificates and their origins, pins, blocks, mappings, trust
 * collections, remembered capabilities, cached revocation answers, mirrored entries of directory servers, harvested
 * certificates and wrapped private keys.
 *
 * <p>{@code CertificateDatabase} is the entry point. Its contents are reached through one class per subject. Called
 * directly, each method is a transaction of its own; called inside {@code write}, all of them are one transaction. The
 * SQL is written so that PostgreSQL would accept it, and what is specific to SQLite stands in {@code Sqlite}.
 */
@NullMarked
package org.postseal.certstore.database;

import org.jspecify.annotations.NullMarked;
