/**
 * What several commands share: options and their converters, access to the store, tables and JSON, failures with their
 * exit codes.
 */
@NullMarked
package org.postseal.gateway.admin.cli.support;

import org.jspecify.annotations.NullMarked;
