package org.relevo.proxy.catalog;

/// The statements that read a catalog, for servers 13 to 18. They run with `search_path` set to
/// pg_catalog, so that nobody else's functions or operators are called.
final class CatalogQueries {
  /// Bytes of one stored query and of one function's text that are looked through.
  static final int MAX_TREE = 1 << 20;

  static final int MAX_BODY = 1 << 16;

  /// Temporary schemas come and go with sessions and hold nothing that is kept here.
  private static final String LASTING = "nspname !~ '^pg_(toast_)?temp_'";

  private static final String SHOWN =
      "c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'";

  static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

  /// Settings whose values at the beginning of a session are kept.
  private static final String KEPT =
      "('search_path', 'default_transaction_isolation', 'default_transaction_read_only')";

  /// Once per connection: settings that the login has from the server's configuration.
  static final String OF_ALL =
      """
      SELECT g.name FROM pg_settings g
      WHERE g.name IN @KEPT@
            AND NOT EXISTS (
                SELECT FROM pg_db_role_setting s, unnest(s.setconfig) c(setting)
                WHERE split_part(c.setting, '=', 1) = g.name
                      AND (s.setdatabase = 0
                           OR s.setdatabase = (SELECT oid FROM pg_database
                                               WHERE datname = current_database()))
                      AND (s.setrole = 0
                           OR s.setrole = (SELECT oid FROM pg_roles WHERE rolname = session_user)))
      """
          .replace("@KEPT@", KEPT);

  static final String PREPARE =
      """
      SET search_path = pg_catalog, pg_temp; SET statement_timeout = '30s';
      SET lock_timeout = '5s'; SET jit = off; SET max_parallel_workers_per_gather = 0;
      SET idle_in_transaction_session_timeout = '60s'
      """;

  /// One row: how many functions, operators and relations there are, and a text that is another one
  /// when anything that is kept here was changed. A row of a catalog that is changed is a new
  /// version with another xmin, VACUUM FREEZE or not; rows of pg_class change with every TRUNCATE
  /// and CREATE INDEX as well, so of them the columns count that are kept.
  static final String FINGERPRINT =
      """
      SELECT p.n, o.n, c.n, concat_ws(' ', p.n, p.h, o.n, o.h, c.n, c.h, r.n, r.h, i.n, i.h,
                                      t.n, t.h, d.n, d.h, s.n, s.h, l.n, l.h, q.n, q.h,
                                      v.n, v.h, g.n, g.h,
                                      (SELECT string_agg(reset_val, ' ' ORDER BY name)
                                       FROM pg_settings WHERE name IN @KEPT@))
      FROM (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_proc) p,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_operator) o,
           (SELECT count(*) n,
                   sum(hashtextextended(
                       concat_ws(' ', c.oid, c.relnamespace, c.relkind, c.relpersistence,
                                 c.relrowsecurity, c.relnatts, c.relhasrules, c.relname), 0)) h
            FROM pg_class c WHERE @SHOWN@) c,
           (SELECT count(*) n, sum(hashtextextended(r.oid || ' ' || r.xmin::text, 0)) h
            FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
            WHERE c.relkind = 'v' AND c.relpersistence <> 't') r,
           (SELECT count(*) n, sum(hashtextextended(inhrelid || ' ' || inhparent, 0)) h
            FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
            WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't') i,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_cast) t,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_constraint WHERE contypid > 0 OR contype = 'p') d,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_attrdef) v,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_trigger WHERE NOT tgisinternal) g,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_namespace WHERE @LASTING@) s,
           (SELECT count(*) n, sum(hashtextextended(oid || ' ' || xmin::text, 0)) h
            FROM pg_policy) l,
           (SELECT count(*) n,
                   sum(hashtextextended(setdatabase || ' ' || setrole || ' ' || xmin::text, 0)) h
            FROM pg_db_role_setting
            WHERE setdatabase = 0
                  OR setdatabase = (SELECT oid FROM pg_database
                                    WHERE datname = current_database())) q
      """
          .replace("@KEPT@", KEPT)
          .replace("@SHOWN@", SHOWN)
          .replace("@LASTING@", LASTING);

  /// A schema is open when its list of privileges has USAGE for PUBLIC; without a list only its
  /// owner may use it, but for the system's own, which have one.
  static final String SCHEMAS =
      """
      SELECT oid::bigint, nspname,
             EXISTS (SELECT FROM aclexplode(nspacl) a
                     WHERE a.grantee = 0 AND a.privilege_type = 'USAGE')
      FROM pg_namespace WHERE @LASTING@
      """
          .replace("@LASTING@", LASTING);

  static final String STRING_TYPES = "SELECT oid::bigint FROM pg_type WHERE typcategory = 'S'";

  /// Functions that only triggers can call are left out.
  static final String FUNCTIONS =
      """
      SELECT p.oid::bigint, p.proname, p.pronamespace::bigint, p.pronargdefaults,
             p.provariadic <> 0, p.provolatile,
             CASE WHEN p.prokind = 'a' AND a.aggkind <> 'n' THEN 'o' ELSE p.prokind END,
             p.proargtypes::text, coalesce(t.typrelid::bigint, 0),
             CASE WHEN p.prokind = 'a'
                  THEN concat_ws(' ', a.aggtransfn::oid, a.aggfinalfn::oid, a.aggcombinefn::oid,
                                 a.aggserialfn::oid, a.aggdeserialfn::oid, a.aggmtransfn::oid,
                                 a.aggminvtransfn::oid, a.aggmfinalfn::oid) END
      FROM pg_proc p
           LEFT JOIN pg_aggregate a ON p.prokind = 'a' AND a.aggfnoid = p.oid
           LEFT JOIN pg_type t ON p.provolatile = 'v' AND p.pronargs > 0
                                  AND t.oid = p.proargtypes[0] AND t.typtype = 'c'
      WHERE p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      """;

  /// Of functions and procedures in languages that can be read.
  static final String BODIES =
      """
      SELECT p.oid::bigint, octet_length(p.prosrc) > @MAX@ OR @LONG@,
             CASE WHEN octet_length(p.prosrc) <= @MAX@ THEN p.prosrc END,
             CASE WHEN NOT @LONG@ THEN @TREE@ END
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE l.lanname IN ('sql', 'plpgsql')
            AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
            AND p.pronamespace NOT IN ('pg_catalog'::regnamespace,
                                       'information_schema'::regnamespace)
      """
          .replace("@MAX@", String.valueOf(MAX_BODY));

  static final String OPERATORS =
      "SELECT oid::bigint, oprname, oprnamespace::bigint, oprcode::oid::bigint FROM pg_operator";

  static final String RELATIONS =
      """
      SELECT c.oid::bigint, c.relname, c.relnamespace::bigint, c.relkind, c.relpersistence
      FROM pg_class c WHERE @SHOWN@
      """
          .replace("@SHOWN@", SHOWN);

  /// What runs when a relation is read: queries of views, and policies if they are switched on.
  static final String RULES =
      """
      SELECT r.ev_class::bigint,
             CASE WHEN octet_length(r.ev_action::text) <= @MAX@ THEN r.ev_action::text END
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
      WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND r.ev_type = '1'
            AND c.relnamespace NOT IN ('pg_catalog'::regnamespace,
                                       'information_schema'::regnamespace)
      UNION ALL
      SELECT l.polrelid::bigint,
             CASE WHEN octet_length(l.polqual::text) <= @MAX@ THEN l.polqual::text END
      FROM pg_policy l JOIN pg_class c ON c.oid = l.polrelid
      WHERE c.relrowsecurity AND l.polqual IS NOT NULL AND l.polcmd IN ('*', 'r')
      """
          .replace("@MAX@", String.valueOf(MAX_TREE));

  static final String CHILDREN =
      """
      SELECT i.inhrelid::bigint, i.inhparent::bigint
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
      """;

  /// Functions that run without being named: of casts, of checks of domains, of types' input and
  /// output, of operators that are called like built-in ones.
  static final String UNNAMED =
      """
      SELECT format('cast %s to %s', castsource::regtype, casttarget::regtype),
             ':funcid ' || castfunc::oid
      FROM pg_cast WHERE castfunc >= 16384
      UNION ALL
      SELECT format('domain %s', contypid::regtype), left(conbin::text, @MAX@)
      FROM pg_constraint WHERE contypid > 0 AND conbin IS NOT NULL AND oid >= 16384
      UNION ALL
      SELECT format('type %s', oid::regtype),
             format(':funcid %s :funcid %s', typinput::oid, typoutput::oid)
      FROM pg_type
      WHERE oid >= 16384 AND typtype = 'b' AND (typinput >= 16384 OR typoutput >= 16384)
      UNION ALL
      SELECT format('operator %s', o.oid::regoperator), ':funcid ' || o.oprcode::oid
      FROM pg_operator o
      WHERE o.oprcode >= 16384
            AND o.oprname IN (SELECT b.oprname FROM pg_operator b WHERE b.oid < 16384)
      """
          .replace("@MAX@", String.valueOf(MAX_TREE));

  /// What sessions begin with; the narrower scope comes later.
  static final String ROLE_SETTINGS =
      """
      SELECT coalesce(r.rolname, ''), split_part(c.setting, '=', 1),
             substr(c.setting, strpos(c.setting, '=') + 1)
      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole,
           unnest(s.setconfig) c(setting)
      WHERE split_part(c.setting, '=', 1) IN @KEPT@
            AND (s.setdatabase = 0
                 OR s.setdatabase = (SELECT oid FROM pg_database
                                     WHERE datname = current_database()))
            AND (s.setrole = 0 OR r.oid IS NOT NULL)
      ORDER BY s.setdatabase <> 0
      """
          .replace("@KEPT@", KEPT);

  static final String RESET_VALUES =
      "SELECT name, reset_val FROM pg_settings WHERE name IN " + KEPT;

  private CatalogQueries() {}

  /// @param major of the server; bodies are stored parsed since 14
  static String bodies(int major) {
    String tree = major >= 14 ? "p.prosqlbody::text" : "NULL::text";
    String tooLong =
        major >= 14 ? "coalesce(octet_length(p.prosqlbody::text), 0) > " + MAX_TREE : "false";
    return BODIES.replace("@TREE@", tree).replace("@LONG@", "(" + tooLong + ")");
  }
}
