/**
 * The certificate directory of a gateway, put together from the configuration: files, database, directory servers, DNS and tokens, and what keeps them in step with what
 * the administrator changes and what verified mail teaches.
 */
@NullMarked
package org.postseal.gateway.road.directory;

import org.jspecify.annotations.NullMarked;
