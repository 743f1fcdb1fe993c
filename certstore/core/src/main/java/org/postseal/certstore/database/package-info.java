/**
 * The own store: one SQLite file with certificates and where they came from, pins, blocks, mappings, trust collections, remembered capabilities, cached revocation
 * answers, mirrored directory entries, harvested certificates and wrapped private keys.
 *
 * <p>{@code CertificateDatabase} is the door. What it holds is reached through one class per subject, either directly (each method is then a transaction of its own)
 * or inside {@code write}, where all of it is one. SQL is written so that PostgreSQL would take it; what is SQLite's own stands in {@code Sqlite}.
 */
@NullMarked
package org.postseal.certstore.database;

import org.jspecify.annotations.NullMarked;
