/**
 * Builds the certificate store of a gateway from the configuration: files, database, directory servers, DNS and tokens.
 * It also keeps these in step with the changes of the administrator, and learns certificates from verified mail.
 */
@NullMarked
package org.postseal.gateway.road.directory;

import org.jspecify.annotations.NullMarked;
