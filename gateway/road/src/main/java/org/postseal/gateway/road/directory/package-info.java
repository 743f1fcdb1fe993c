/**
 * The certificate directory of a gateway, built from the configuration: files, database, directory servers, DNS and
 * tokens. It also holds what keeps these in step with the changes of the administrator and with what verified mail
 * teaches.
 */
@NullMarked
package org.postseal.gateway.road.directory;

import org.jspecify.annotations.NullMarked;
