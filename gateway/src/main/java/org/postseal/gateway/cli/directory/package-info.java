/** The commands that administer the directory: certificates, trust, private keys. They work on the database, beside a running gateway or without one. */
@NullMarked
package org.postseal.gateway.cli.directory;

import org.jspecify.annotations.NullMarked;
