package org.relevo.proxy.net;

import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.server.Logins;
import org.relevo.proxy.server.ServerSecurity;

/// Who comes in, and how the service comes in at servers.
public record Access(Authentication authentication, Logins logins, ServerSecurity security) {}
