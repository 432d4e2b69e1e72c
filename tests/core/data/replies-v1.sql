BEGIN TRANSACTION;
CREATE TABLE replies (
	"key" TEXT NOT NULL, 
	model TEXT NOT NULL, 
	config_digest TEXT NOT NULL, 
	config TEXT NOT NULL, 
	prompt_digest TEXT NOT NULL, 
	media_sha256 TEXT NOT NULL, 
	call_id TEXT NOT NULL, 
	task_id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	generator TEXT NOT NULL, 
	"plan" JSON NOT NULL, 
	"order" JSON NOT NULL, 
	repetition INTEGER NOT NULL, 
	outcome TEXT NOT NULL, 
	text TEXT, 
	option_index INTEGER, 
	correct BOOLEAN, 
	failure TEXT, 
	seconds FLOAT NOT NULL, 
	usage JSON NOT NULL, 
	parser TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "replies" VALUES('3cef3d6044816ce7977e0c3da4539a8a4530b0511ed5bf70b2e6b19bea97818d','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','32a8938e4a61cb929d9afa8018ee8eeaaa8f4ae1655574c0c200ab17fe068230','','f22331ffedb4a218:0-1-2-3:0','f22331ffedb4a218','849fad83d81b3b52','grid2d/what','{"generator": "grid2d/what", "target_category": "scissors", "attribute_type": "color", "attribute_value": "purple", "grid": 3, "cell": "middle", "relative_position": "right", "reference_category": "suitcase"}','[0, 1, 2, 3]',0,'option','D',3,0,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('ae2872e5e0151cc6f8a15803cd25035125032cd947daf2ea7a1efcc2df4753ad','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','a0d6e3f319bddfd003fe55ec001b13323e1a75fd650f8edb971b9b56fe5989c5','','f22331ffedb4a218:1-2-3-0:0','f22331ffedb4a218','849fad83d81b3b52','grid2d/what','{"generator": "grid2d/what", "target_category": "scissors", "attribute_type": "color", "attribute_value": "purple", "grid": 3, "cell": "middle", "relative_position": "right", "reference_category": "suitcase"}','[1, 2, 3, 0]',0,'option','C',3,0,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('44a92915ba44530e5fc6dbc5d1c6e1cc26fdd92011f51fcbf0e61eeb3f58747e','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','0c0d4a1afd74aaa4dccfef0f3ec146f5429499a739c406fcd51736a56720d165','','5e1f57dc886c2748:0-1-2-3:0','5e1f57dc886c2748','c504a6fa158b31bb','grid2d/what','{"generator": "grid2d/what", "target_category": "stationery", "attribute_type": "color", "attribute_value": "purple", "grid": 2, "cell": "bottom right", "relative_position": "below right", "reference_category": "light-source"}','[0, 1, 2, 3]',0,'option','B',1,0,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('fd28e48c62abb76037865299492d3353ac389453dff006c62797b0d75a3712f5','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','dd9cb215c0c680372e2e284ad2df5cc45f3a0f289dd7eff1f93800861e20dd1f','','5e1f57dc886c2748:3-2-1-0:0','5e1f57dc886c2748','c504a6fa158b31bb','grid2d/what','{"generator": "grid2d/what", "target_category": "stationery", "attribute_type": "color", "attribute_value": "purple", "grid": 2, "cell": "bottom right", "relative_position": "below right", "reference_category": "light-source"}','[3, 2, 1, 0]',0,'option','A',3,0,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('dacbee98ee1df5bcd0292f0b1bdb4eb433cab08d1a47ff3712205520255529d1','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','422d09fc3d5784965e6ba417478cb06df1f4775685851eb7d701ebb6ee094067','','c208de0c037e7564:0-1-2-3:0','c208de0c037e7564','8dcb20ed036f2308','grid2d/how-many','{"generator": "grid2d/how-many", "attribute_type": "pattern", "attribute_value": "plain", "grid": 2, "count": 3, "target_category": "box"}','[0, 1, 2, 3]',0,'option','C',2,0,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('76ead67550e1df92e4adce61d2346aaf1e5228bd6dd8c19a0726e1c0ae3fb0b2','reference/simulated@1.0','fb8ff4c041e5d4d1dfe1340d43a8b4e0f916ae11c1198b906a1547e143a5c6db','{"base":0.7,"failure_drop":3.0,"failure_share":0.01,"main":0.4,"pairs":0.15,"seed":2,"smooth":0.4}','f61f7eb30b7fa4fe29ca4e2906895104cabd872266dca31e2a17e971c97f1b4a','','c208de0c037e7564:2-1-0-3:0','c208de0c037e7564','8dcb20ed036f2308','grid2d/how-many','{"generator": "grid2d/how-many", "attribute_type": "pattern", "attribute_value": "plain", "grid": 2, "count": 3, "target_category": "box"}','[2, 1, 0, 3]',0,'option','D',3,1,NULL,1.24483333327892381264e-04,'{}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('b1eb0411b06c4851326110993d9871a8c34f3fbc78619d98c0992edce6dd261c','third/model@1.0','e4ff491169b8a9ea78518a7972422b5a24d5e3790e0d9a9e5cbfb384d9b621e0','{"temperature":0}','32a8938e4a61cb929d9afa8018ee8eeaaa8f4ae1655574c0c200ab17fe068230','8799c87b8a601e0a367011212858d3c60ceff890a8e1c67223f41a13d96c2b5e','f22331ffedb4a218:0-1-2-3:0','f22331ffedb4a218','849fad83d81b3b52','grid2d/what','{"generator": "grid2d/what", "target_category": "scissors", "attribute_type": "color", "attribute_value": "purple", "grid": 3, "cell": "middle", "relative_position": "right", "reference_category": "suitcase"}','[0, 1, 2, 3]',0,'option','A',0,1,NULL,0.25,'{"input_tokens": 30, "output_tokens": 2}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('d08fd7b2c3c71844b945f27a9506ea648a2436d398d83be9d0c3ef90c7597ce4','third/model@1.0','e4ff491169b8a9ea78518a7972422b5a24d5e3790e0d9a9e5cbfb384d9b621e0','{"temperature":0}','0c0d4a1afd74aaa4dccfef0f3ec146f5429499a739c406fcd51736a56720d165','3f9cdceb1309f2f0c324fca11ec9c2717d8507d393f7f19e70ebabe42de562f8','5e1f57dc886c2748:0-1-2-3:0','5e1f57dc886c2748','c504a6fa158b31bb','grid2d/what','{"generator": "grid2d/what", "target_category": "stationery", "attribute_type": "color", "attribute_value": "purple", "grid": 2, "cell": "bottom right", "relative_position": "below right", "reference_category": "light-source"}','[0, 1, 2, 3]',0,'option','The answer is C.',2,1,NULL,0.25,'{"input_tokens": 30, "output_tokens": 2}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('0e17fecad3e6d78de96d68005a7d9d11c75589c1ea00f467394fc78d72900490','third/model@1.0','e4ff491169b8a9ea78518a7972422b5a24d5e3790e0d9a9e5cbfb384d9b621e0','{"temperature":0}','0c0d4a1afd74aaa4dccfef0f3ec146f5429499a739c406fcd51736a56720d165','3f9cdceb1309f2f0c324fca11ec9c2717d8507d393f7f19e70ebabe42de562f8','feedfeedfeedfeed:0-1-2-3:0','feedfeedfeedfeed','0000000000000000','grid2d/what','{"generator": "grid2d/what", "target_category": "stationery", "attribute_type": "color", "attribute_value": "purple", "grid": 2, "cell": "bottom right", "relative_position": "below right", "reference_category": "light-source"}','[0, 1, 2, 3]',0,'option','A dog is visible. B',1,0,NULL,0.25,'{"input_tokens": 30, "output_tokens": 2}','1',1,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('5e133d841295946bcce8842be1c06a96d4695f56f527baebe3ed96fd4ef77610','third/model@1.0','e4ff491169b8a9ea78518a7972422b5a24d5e3790e0d9a9e5cbfb384d9b621e0','{"temperature":0}','422d09fc3d5784965e6ba417478cb06df1f4775685851eb7d701ebb6ee094067','7e37185c04bc5615c0210bd6ad6a1203de9ee9d582cfc5649d39916bd8f81080','c208de0c037e7564:0-1-2-3:0','c208de0c037e7564','8dcb20ed036f2308','grid2d/how-many','{"generator": "grid2d/how-many", "attribute_type": "pattern", "attribute_value": "plain", "grid": 2, "count": 3, "target_category": "box"}','[0, 1, 2, 3]',0,'failed',NULL,NULL,NULL,'429 slow down',5.79799984734563622623e-06,'{}','1',2,'2026-11-26T10:16:33+00:00');
INSERT INTO "replies" VALUES('0c50ba617c6a45662ad16e89261325c3e9b1dfae75cd269fca9bf07c940dc31c','third/model@1.0','e4ff491169b8a9ea78518a7972422b5a24d5e3790e0d9a9e5cbfb384d9b621e0','{"temperature":0}','1657bc2cc6687a6ec823ff5930f0a0d125abbfab059ceddfa0984ca79d9e69ba','707bcdce0c64995f1e3af7c08fa98da37d4984c61249c0e04e6de1dd15259e59','f0819b3c5cc69cb1:0-1-2-3:0','f0819b3c5cc69cb1','25d65b366dfbcd1c','grid2d/how-many','{"generator": "grid2d/how-many", "attribute_type": "color", "attribute_value": "orange", "grid": 3, "count": 5, "target_category": "flying-saucer"}','[0, 1, 2, 3]',0,'unparsed','perhaps',NULL,NULL,NULL,0.25,'{"input_tokens": 30, "output_tokens": 2}','1',1,'2026-11-26T10:16:33+00:00');
CREATE TABLE tma_about (
	name TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "tma_about" VALUES('application','tma-replies');
INSERT INTO "tma_about" VALUES('schema','1');
CREATE INDEX replies_by_model ON replies (model, config_digest, plan_id);
CREATE INDEX replies_by_task ON replies (task_id);
COMMIT;
